package io.rangefinder.engine.backend.providers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the ladder asks of a machine. Nothing here may call what ends the process. */
interface OrtMachine {

    /**
     * The operating system and the architecture as Java names them, such as {@code Linux amd64}.
     */
    String system();

    /** ONNX Runtime's version, and the names of the providers that it was built with. */
    Set<Provider> providers();

    /** Where the driver's library, {@code libcuda.so.1}, is. */
    Optional<Path> driver();

    /** The files that stand for NVIDIA's GPUs. */
    List<Path> devices() throws IOException;

    /** Finds libraries, unpacking them if need be. */
    LibraryFiles.Found libraries(List<GpuLibrary> libraries) throws IOException;

    /**
     * Loads a library into this process.
     *
     * @throws UnsatisfiedLinkError if it can't be loaded
     */
    void load(Path library);

    /** Runs a small INT8 model on a provider in another process. */
    Trial.Outcome attempt(Provider provider, int device, List<Path> libraries) throws IOException;
}
