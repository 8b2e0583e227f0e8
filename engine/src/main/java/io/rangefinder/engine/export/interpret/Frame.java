package io.rangefinder.engine.export.interpret;

import io.rangefinder.engine.export.symbolic.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A function while it runs. */
final class Frame {

    final Map<String, Value> variables = new HashMap<>();

    /** The path of the module that runs. */
    final String path;

    /** The file that the function stands in. */
    final String file;

    /** The line that is executed. */
    int line;

    /** What it returned. */
    Optional<Value> result = Optional.empty();

    Frame(String path, String file) {
        this.path = path;
        this.file = file;
    }

    /** Where it is, for people. */
    String place() {
        return file + ":" + line;
    }
}
