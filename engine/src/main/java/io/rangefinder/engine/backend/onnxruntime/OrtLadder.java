package io.rangefinder.engine.backend.onnxruntime;

import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.engine.onnxruntime.OrtLibrary;
import java.util.List;

/** What ONNX Runtime needs of a machine to run on its CPU. */
public final class OrtLadder {

    private static final String SUBJECT = "ONNX Runtime";

    private OrtLadder() {}

    /**
     * For integer kernels: its library, and what they can do on this CPU.
     *
     * @return the rungs; takes a few milliseconds once the library is loaded
     */
    public static Ladder integer() {
        Rung library = library();
        if (library.outcome() == Rung.Outcome.FAILED) {
            return new Ladder(SUBJECT, List.of(library));
        }
        return new Ladder(
                SUBJECT, List.of(library, Rung.passed("int8", CpuAbilities.probe().explanation())));
    }

    /**
     * For Q/DQ in float: its library.
     *
     * @return the one rung
     */
    public static Ladder simulated() {
        return new Ladder(SUBJECT, List.of(library()));
    }

    private static Rung library() {
        try {
            return Rung.passed(
                    "library",
                    "ONNX Runtime " + OrtLibrary.environment().getVersion() + " is loaded");
        } catch (LinkageError | IllegalStateException e) {
            return Rung.failed(
                    "library",
                    "ONNX Runtime's library cannot be loaded (" + reason(e) + ")",
                    "run a 64-bit Java on a system that com.microsoft.onnxruntime:onnxruntime has"
                            + " a library for, with room in "
                            + System.getProperty("java.io.tmpdir"));
        }
    }

    /** The innermost error names the file or symbol. */
    private static String reason(Throwable e) {
        return e.getCause() == null ? String.valueOf(e.getMessage()) : reason(e.getCause());
    }
}
