package io.rangefinder.engine.tensorrt.bringup;

/**
 * All that the rungs see of a machine. Tests describe machines that are not there; the real one is
 * thin.
 */
record Machine(
        Host host,
        ClassPath classPath,
        LibraryCache cache,
        Driver driver,
        LoadedLibraries loaded,
        Libraries libraries,
        DjlEngine engine) {

    /** This machine. Links to no class of bytedeco's or of DJL's TensorRT engine by itself. */
    static Machine real() {
        ClassLoader loader = Machine.class.getClassLoader();
        LibraryCache cache = new JavaCppCache(loader);
        return new Machine(
                Host.current(),
                new LoaderClassPath(loader),
                cache,
                new CudaDriver(cache),
                new ProcessLibraries(),
                new BytedecoLibraries(cache),
                new ExtractedDjlEngine());
    }
}
