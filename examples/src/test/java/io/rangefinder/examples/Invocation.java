package io.rangefinder.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * A command line that was run in this process.
 *
 * @param status its exit status
 * @param out what it printed
 * @param err what it complained of
 */
public record Invocation(int status, List<String> out, List<String> err) {

    /** Runs a verb; paths may be given as they are. */
    public static Invocation of(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Rangefinder.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true));
        int status =
                commandLine.execute(
                        Arrays.stream(words).map(Object::toString).toArray(String[]::new));
        return new Invocation(
                status, out.toString().lines().toList(), err.toString().lines().toList());
    }

    /** It did its work and complained of nothing. */
    public Invocation succeeded() {
        assertEquals(List.of(), err);
        assertEquals(0, status);
        return this;
    }

    /** It ended with this status and one line that holds all these parts. */
    public Invocation failed(int expected, String... parts) {
        assertEquals(1, err.size(), () -> "lines: " + err);
        for (String part : parts) {
            assertTrue(err.get(0).contains(part), () -> part + " is not in " + err.get(0));
        }
        assertTrue(
                err.get(0).contains("; ") || err.get(0).contains(" must "),
                () -> "says not what to do: " + err.get(0));
        assertEquals(expected, status);
        assertEquals(List.of(), out);
        return this;
    }
}
