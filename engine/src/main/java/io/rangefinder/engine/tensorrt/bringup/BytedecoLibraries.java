package io.rangefinder.engine.tensorrt.bringup;

import java.io.IOException;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.global.nvinfer_plugin;
import org.bytedeco.tensorrt.global.nvonnxparser;
import org.bytedeco.tensorrt.global.nvparsers;

/** TensorRT's libraries through bytedeco's bindings. */
final class BytedecoLibraries implements Libraries {

    private final LibraryCache cache;

    BytedecoLibraries(LibraryCache cache) {
        this.cache = cache;
    }

    @Override
    public void load() throws BrokenRungException {
        try {
            Loader.load(cudart.class);
            // libdjl_trt.so calls the CUDA runtime without naming its library.
            Loader.loadGlobal(cache.extract(NativeLibrary.CUDART).toString());
            // Loader.load goes on without this one, and building a plan would fail much later.
            String resource = "/" + NativeLibrary.BUILDER_RESOURCE.resource();
            Loader.loadLibrary(
                    Loader.class,
                    Loader.findResources(org.bytedeco.tensorrt.presets.nvinfer.class, resource, 1),
                    "nvinfer_builder_resource@.8.6.1");
            Loader.load(nvinfer.class);
            Loader.load(nvinfer_plugin.class);
            Loader.load(nvonnxparser.class);
            Loader.load(nvparsers.class);
        } catch (LinkageError | IOException e) {
            throw new BrokenRungException(
                    "TensorRT's libraries cannot be loaded (" + reason(e) + ")",
                    "delete " + cache.folder() + " and start again",
                    e);
        }
    }

    /** The linker's own words, which are in the innermost error. */
    private static String reason(Throwable e) {
        return e.getCause() == null ? e.getMessage() : reason(e.getCause());
    }

    @Override
    public int version() {
        return nvinfer.getInferLibVersion();
    }
}
