package io.rangefinder.engine.tensorrt.bringup;

import java.util.List;
import java.util.stream.Stream;

/**
 * A library in one of bytedeco's jars.
 *
 * @param project the jar's artifact in org.bytedeco: javacpp, cuda or tensorrt
 * @param fileName the file's name
 * @param soname what NVIDIA's own libraries call themselves; empty for bindings, which have no name
 */
record NativeLibrary(String project, String fileName, String soname) {

    private static final String PLATFORM = "linux-x86_64";

    static final NativeLibrary JAVACPP = binding("javacpp", "javacpp");
    static final NativeLibrary CUDART = nvidia("cuda", "libcudart.so.12");
    static final NativeLibrary NVINFER = nvidia("tensorrt", "libnvinfer.so.8");

    static final NativeLibrary BUILDER_RESOURCE =
            new NativeLibrary(
                    "tensorrt",
                    "libnvinfer_builder_resource.so.8.6.1",
                    "do_not_link_against_nvinfer_builder_resource");

    /** What reading the driver takes: 3 MB. */
    static List<NativeLibrary> ofDriver() {
        return List.of(JAVACPP, CUDART, binding("cuda", "cudart"));
    }

    /** What TensorRT and DJL's engine take, dependencies first: 3 GB. */
    static List<NativeLibrary> all() {
        return Stream.concat(
                        ofDriver().stream(),
                        Stream.of(
                                nvidia("cuda", "libcublasLt.so.12"),
                                nvidia("cuda", "libcublas.so.12"),
                                binding("cuda", "cublas"),
                                nvidia("cuda", "libcudnn.so.8"),
                                nvidia("cuda", "libcudnn_ops_infer.so.8"),
                                nvidia("cuda", "libcudnn_ops_train.so.8"),
                                nvidia("cuda", "libcudnn_adv_infer.so.8"),
                                nvidia("cuda", "libcudnn_adv_train.so.8"),
                                nvidia("cuda", "libcudnn_cnn_infer.so.8"),
                                nvidia("cuda", "libcudnn_cnn_train.so.8"),
                                binding("cuda", "cudnn"),
                                nvidia("cuda", "libnvrtc-builtins.so.12.3"),
                                nvidia("cuda", "libnvrtc.so.12"),
                                binding("cuda", "nvrtc"),
                                BUILDER_RESOURCE,
                                NVINFER,
                                binding("tensorrt", "nvinfer"),
                                nvidia("tensorrt", "libnvinfer_plugin.so.8"),
                                binding("tensorrt", "nvinfer_plugin"),
                                nvidia("tensorrt", "libnvonnxparser.so.8"),
                                binding("tensorrt", "nvonnxparser"),
                                nvidia("tensorrt", "libnvparsers.so.8"),
                                binding("tensorrt", "nvparsers")))
                .toList();
    }

    private static NativeLibrary nvidia(String project, String fileName) {
        return new NativeLibrary(project, fileName, fileName);
    }

    private static NativeLibrary binding(String project, String name) {
        return new NativeLibrary(project, "libjni" + name + ".so", "");
    }

    /** Where it lies in its jar. */
    String resource() {
        return "org/bytedeco/" + project + "/" + PLATFORM + "/" + fileName;
    }

    /** The jar, as Maven writes it. */
    String artifact() {
        return "org.bytedeco:" + project + " " + PLATFORM + (soname.isEmpty() ? "" : "-redist");
    }
}
