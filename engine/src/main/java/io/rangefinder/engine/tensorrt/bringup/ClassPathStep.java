package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The jars: DJL's engine, bytedeco's classes and the libraries in them, of versions that fit. */
final class ClassPathStep implements Step {

    static final String REMEDY =
            "add the dependency io.rangefinder:rangefinder-tensorrt (type pom) to the application";

    private static final Map<String, String> NEEDED = needed();

    /** The first of the versions that DJL's engine and our calls of bytedeco's classes fit. */
    private static final Map<String, String> VERSIONS =
            Map.of("tensorrt", "8.6-", "cuda", "12.", "javacpp", "1.5.");

    @Override
    public String name() {
        return "class path";
    }

    @Override
    public Rung climb(Machine machine, int device) {
        ClassPath classPath = machine.classPath();
        for (Map.Entry<String, String> needed : NEEDED.entrySet()) {
            if (!classPath.holds(needed.getKey())) {
                return Rung.failed(
                        name(), "the class path lacks the jar of " + needed.getValue(), REMEDY);
            }
        }
        for (String artifact : new String[] {"javacpp", "cuda", "tensorrt"}) {
            Set<String> versions = classPath.versions(artifact);
            boolean fit = versions.stream().allMatch(v -> v.startsWith(VERSIONS.get(artifact)));
            if (versions.size() > 1 || !fit) {
                return Rung.failed(
                        name(),
                        "the class path has org.bytedeco:"
                                + artifact
                                + " "
                                + String.join(" and ", versions)
                                + ", and DJL's engine wants "
                                + VERSIONS.get(artifact)
                                + "x alone",
                        "let the versions of io.rangefinder:rangefinder-tensorrt win");
            }
        }
        return Rung.passed(
                name(),
                "DJL's TensorRT engine, TensorRT "
                        + String.join("", classPath.versions("tensorrt"))
                        + ", CUDA "
                        + String.join("", classPath.versions("cuda")));
    }

    private static Map<String, String> needed() {
        Map<String, String> needed = new LinkedHashMap<>();
        needed.put(
                "ai/djl/tensorrt/engine/TrtEngineProvider.class",
                "DJL's TensorRT engine, ai.djl.tensorrt:tensorrt");
        needed.put("native/lib/linux-x86_64/libdjl_trt.so", "libdjl_trt, ai.djl.tensorrt:tensorrt");
        needed.put("org/bytedeco/javacpp/Loader.class", "javacpp, org.bytedeco:javacpp");
        needed.put("org/bytedeco/cuda/global/cudart.class", "CUDA's classes, org.bytedeco:cuda");
        needed.put(
                "org/bytedeco/tensorrt/global/nvinfer.class",
                "TensorRT's classes, org.bytedeco:tensorrt");
        for (NativeLibrary library : NativeLibrary.all()) {
            needed.put(library.resource(), library.fileName() + ", " + library.artifact());
        }
        return needed;
    }
}
