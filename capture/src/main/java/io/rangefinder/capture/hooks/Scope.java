package io.rangefinder.capture.hooks;

import io.rangefinder.capture.torchscript.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A block of code while it is copied: its variables, and the statements written so far. */
final class Scope {

    final Map<String, KnownValue> variables;
    final List<Statement> out = new ArrayList<>();
    final Frame frame;
    final int block;

    /** The line of the statement that is copied now. */
    int line;

    /** The statements of this block that come after that one. */
    List<Statement> rest = List.of();

    /**
     * The function that a block belongs to.
     *
     * @param path the path of the module that runs, which operators are named by
     * @param self the module or object whose method it is, or {@link KnownValue#UNKNOWN}
     */
    record Frame(String path, KnownValue self, List<KnownValue> results) {}

    Scope(Frame frame, int block, Map<String, KnownValue> variables) {
        this.frame = frame;
        this.block = block;
        this.variables = new HashMap<>(variables);
    }

    Scope inner(int innerBlock) {
        Scope inner = new Scope(frame, innerBlock, variables);
        inner.line = line;
        return inner;
    }

    KnownValue variable(String name) {
        return variables.getOrDefault(name, KnownValue.UNKNOWN);
    }
}
