package io.rangefinder.engine.backend.providers;

import java.util.ArrayList;
import java.util.List;

/**
 * A library of NVIDIA's that a provider needs, by its name on disk, which is its SONAME. Once it is
 * loaded, whatever asks for this name gets it.
 *
 * @param name the file's name
 * @param module {@code cuda} or {@code tensorrt}: whose jar of bytedeco's holds it
 * @param use how it comes into the process
 */
record GpuLibrary(String name, String module, Use use) {

    /** How a library comes into the process. */
    enum Use {
        /** It is loaded before the provider. */
        LOADED,
        /** NVIDIA's own code looks for it beside itself, or does without. */
        BESIDE
    }

    /** In the order of loading: each needs only those before it. As readelf -d shows. */
    private static final List<GpuLibrary> CUDA =
            List.of(
                    cuda("libcudart.so.12", Use.LOADED),
                    cuda("libnvrtc.so.12", Use.LOADED),
                    cuda("libnvrtc-builtins.so.12.6", Use.BESIDE),
                    cuda("libcublasLt.so.12", Use.LOADED),
                    cuda("libcublas.so.12", Use.LOADED),
                    cuda("libcurand.so.10", Use.LOADED),
                    cuda("libcufft.so.11", Use.LOADED),
                    cuda("libcudnn_graph.so.9", Use.LOADED),
                    cuda("libcudnn_ops.so.9", Use.LOADED),
                    cuda("libcudnn_cnn.so.9", Use.LOADED),
                    cuda("libcudnn_adv.so.9", Use.LOADED),
                    cuda("libcudnn_heuristic.so.9", Use.LOADED),
                    cuda("libcudnn_engines_runtime_compiled.so.9", Use.LOADED),
                    cuda("libcudnn_engines_precompiled.so.9", Use.LOADED),
                    cuda("libcudnn.so.9", Use.LOADED));

    private static final List<GpuLibrary> TENSORRT =
            List.of(
                    tensorRt("libnvinfer_builder_resource_ptx.so.10.15.1", Use.BESIDE),
                    tensorRt("libnvinfer.so.10", Use.LOADED),
                    tensorRt("libnvinfer_plugin.so.10", Use.LOADED),
                    tensorRt("libnvonnxparser.so.10", Use.LOADED));

    private static GpuLibrary cuda(String name, Use use) {
        return new GpuLibrary(name, "cuda", use);
    }

    private static GpuLibrary tensorRt(String name, Use use) {
        return new GpuLibrary(name, "tensorrt", use);
    }

    /** What a provider needs, in the order of loading. */
    static List<GpuLibrary> of(Provider provider) {
        List<GpuLibrary> libraries = new ArrayList<>(CUDA);
        if (provider == Provider.TENSORRT) {
            libraries.addAll(TENSORRT);
        }
        return List.copyOf(libraries);
    }

    /** Where bytedeco's jars hold it. */
    String resource() {
        return "org/bytedeco/" + module + "/linux-x86_64/" + name;
    }
}
