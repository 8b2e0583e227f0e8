package io.rangefinder.engine.onnxruntime;

import ai.onnxruntime.OrtException;
import java.util.regex.Pattern;

/** What ONNX Runtime says, without the places in its own code and what a program would say. */
final class OrtWords {

    private static final Pattern CODE = Pattern.compile("^Error code - \\w+ - message: ");

    /** A file of its sources with a line, and the function there up to its arguments' end. */
    private static final Pattern PLACE =
            Pattern.compile(
                    "\\S*onnxruntime\\S*\\.(?:cc|h|cpp|hpp):\\d+ (?:[^()\\n]*\\([^()\\n]*\\) ?)?");

    private OrtWords() {}

    static String ofMessage(OrtException e) {
        String said = CODE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
        return PLACE.matcher(said).replaceAll("").replace("(null)", "without a name");
    }
}
