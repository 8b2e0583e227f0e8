package io.rangefinder.engine.backend;

import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.onnxruntime.OrtLadder;
import io.rangefinder.engine.tensorrt.bringup.TensorRt;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What executes an INT8 model. */
public enum Backend {
    /** DJL's TensorRT engine on an NVIDIA GPU. */
    TENSORRT("tensorrt"),
    /** ONNX Runtime's integer kernels on a CPU. */
    ONNXRUNTIME("onnxruntime"),
    /**
     * TensorRT's arithmetic on a CPU: the same Q/DQ model, with Q and DQ computed in float, so that
     * sums are exact as TensorRT's int32 sums are. For accuracy, not for speed.
     */
    SIMULATE("simulate");

    private final String id;

    Backend(String id) {
        this.id = id;
    }

    /**
     * The backend's name in options and on the command line.
     *
     * @return the name
     */
    public String id() {
        return id;
    }

    /**
     * The names of all backends.
     *
     * @return the names
     */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Backend::id).toList();
    }

    /**
     * The backend that a text names, whether it can run here or not.
     *
     * @param name a backend's name, in any case
     * @return the backend
     * @throws IllegalArgumentException if there is no backend of that name
     */
    public static Backend named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(b -> b.id.equals(wanted))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no backend "
                                                + name
                                                + "; choose one of "
                                                + String.join(", ", ids())));
    }

    /** Throws {@link BackendUnavailableException} if a rung of this backend's ladder failed. */
    void require(Ladder ladder) {
        ladder.problem()
                .ifPresent(
                        why -> {
                            throw new BackendUnavailableException(
                                    "backend "
                                            + id
                                            + " cannot run here: "
                                            + why
                                            + (this == TENSORRT
                                                    ? "; or use backend simulate for TensorRT's"
                                                            + " numbers"
                                                    : ""));
                        });
    }

    /**
     * Why the backend cannot run here.
     *
     * @return a sentence that says why and what to do, or empty if it can
     */
    public Optional<String> unavailable() {
        return ladder().problem();
    }

    /**
     * What the backend needs of this machine, and what of it is there. TensorRT's ladder is climbed
     * once a process, on the first device; without its jars on the class path the answer is
     * immediate.
     *
     * @return the rungs; nothing is thrown and nothing ends the JVM
     */
    public Ladder ladder() {
        return switch (this) {
            case TENSORRT -> TensorRt.climb(0);
            case ONNXRUNTIME -> OrtLadder.integer();
            case SIMULATE -> OrtLadder.simulated();
        };
    }
}
