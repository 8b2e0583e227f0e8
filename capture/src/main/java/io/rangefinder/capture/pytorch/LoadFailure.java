package io.rangefinder.capture.pytorch;

import ai.djl.engine.EngineException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in one line why PyTorch can't load an archive, and what helps. */
final class LoadFailure {

    private static final Pattern UNKNOWN_OPERATOR =
            Pattern.compile("Unknown builtin op: ([\\w:.]+?)\\.?\\s");
    private static final Pattern UNKNOWN_CLASS =
            Pattern.compile("Unknown type name '(__torch__\\.torch\\.classes\\.[\\w.]+)'");
    private static final Pattern VERSION =
            Pattern.compile("with version (\\d+), but the maximum supported version .*? is (\\d+)");
    private static final Pattern DEVICE =
            Pattern.compile(
                    "'(?!CPU')(\\w+)' backend|(CUDA|MPS|XPU|HIP) device"
                            + "|not linked with support for (\\w+) devices");

    private LoadFailure() {}

    /** Whether the archive holds tensors of a device, such as a GPU, that is not here. */
    static boolean isOfOtherDevice(EngineException failure) {
        return DEVICE.matcher(text(failure)).find();
    }

    static EngineException explain(Path file, EngineException failure) {
        return new EngineException(
                file + " can't be loaded: " + reason(text(failure) + "\n"), failure);
    }

    private static String reason(String text) {
        Matcher operator = UNKNOWN_OPERATOR.matcher(text);
        Matcher type = UNKNOWN_CLASS.matcher(text);
        Matcher version = VERSION.matcher(text);
        if (DEVICE.matcher(text).find()) {
            return "it was saved on a device that this machine has not; load it with the option"
                    + " mapLocation=true (--map-location cpu on the command line), or save it with"
                    + " torch.jit.load(FILE, map_location=\"cpu\").save(FILE)";
        }
        if (operator.find()) {
            return "it uses the operator "
                    + operator.group(1)
                    + ", which DJL's PyTorch does not have; a newer PyTorch saved it, or an"
                    + " extension is missing: export it with the version that DJL bundles";
        }
        if (type.find()) {
            return "it holds an object of the class "
                    + type.group(1)
                    + ", which an extension of PyTorch brings; save the model as it was before that"
                    + " extension compiled it";
        }
        if (version.find()) {
            return "it is of version "
                    + version.group(1)
                    + " of the format, and DJL's PyTorch reads up to "
                    + version.group(2)
                    + "; a newer PyTorch saved it: save it with the version that DJL bundles";
        }
        if (text.contains("Arguments for call are not valid")) {
            return "it calls an operator with arguments that DJL's PyTorch does not know; a newer"
                    + " PyTorch saved it: save it with the version that DJL bundles";
        }
        if (text.contains("required keyword attribute 'value' is undefined")) {
            return "its constants are in a form that can't be saved, as"
                    + " torch.jit.optimize_for_inference makes them; save the model as it was"
                    + " before";
        }
        String first = text.strip().lines().findFirst().orElse("");
        return "PyTorch refuses it: " + first + "; try to load it in the PyTorch that saved it";
    }

    private static String text(EngineException failure) {
        return String.valueOf(failure.getMessage());
    }
}
