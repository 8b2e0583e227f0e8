package io.rangefinder.engine.tensorrt.bringup;

import java.nio.file.Path;
import java.util.List;

/** Files of TensorRT outside javacpp's cache, and in this process. */
interface LoadedLibraries {

    /**
     * A library of TensorRT.
     *
     * @param file where it lies
     * @param soname what others depend on it by
     * @param version its version such as {@code 8.6.1.6}; empty if it doesn't say
     */
    record TensorRtFile(Path file, String soname, String version) {

        @Override
        public String toString() {
            return file + (version.isEmpty() ? "" : " (" + version + ")");
        }
    }

    /** Those that are mapped into this process. */
    List<TensorRtFile> mapped();

    /** Each libnvinfer in the folders that the system's dynamic linker searches. */
    List<TensorRtFile> installed();
}
