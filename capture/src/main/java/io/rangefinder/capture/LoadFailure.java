package io.rangefinder.capture;

import ai.djl.engine.EngineException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in one line why PyTorch can't load an archive, and what helps. */
final class LoadFailure {

    private static final Pattern UNKNOWN_OPERATOR =
            Pattern.compile("Unknown builtin op: ([\\w:.]+?)\\.?\\s");

    private LoadFailure() {}

    /** Whether the archive holds tensors of a GPU that is not here. */
    static boolean isOfGpu(EngineException failure) {
        String text = text(failure);
        return text.contains("'CUDA' backend") || text.contains("CUDA device");
    }

    static EngineException explain(Path file, EngineException failure) {
        String text = text(failure);
        Matcher operator = UNKNOWN_OPERATOR.matcher(text + "\n");
        String reason;
        if (isOfGpu(failure)) {
            reason =
                    "it was saved on a GPU and this machine has none; save it with"
                            + " torch.jit.load(FILE, map_location=\"cpu\").save(FILE)";
        } else if (operator.find()) {
            reason =
                    "it uses the operator "
                            + operator.group(1)
                            + ", which DJL's PyTorch does not have; a newer PyTorch saved it, or an"
                            + " extension is missing: export it with the version that DJL bundles";
        } else if (text.contains("required keyword attribute 'value' is undefined")) {
            reason =
                    "its constants are in a form that can't be saved, as"
                            + " torch.jit.optimize_for_inference makes them; save the model as it"
                            + " was before";
        } else {
            reason = "PyTorch refuses it: " + text.strip().lines().findFirst().orElse("");
        }
        return new EngineException(file + " can't be loaded: " + reason, failure);
    }

    private static String text(EngineException failure) {
        return String.valueOf(failure.getMessage());
    }
}
