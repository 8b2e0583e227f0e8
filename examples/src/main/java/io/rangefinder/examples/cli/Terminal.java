package io.rangefinder.examples.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a terminal from a pipe. */
final class Terminal {

    /** Where Linux says what a process's stderr is. */
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    static boolean showsStandardError() {
        Console console = System.console();
        return console != null && isTerminal(console) && !isRedirected();
    }

    /** Since JDK 22 there is a console for pipes, too, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    private static boolean isRedirected() {
        try {
            return Files.exists(STANDARD_ERROR) && !STANDARD_ERROR.toRealPath().startsWith("/dev");
        } catch (IOException e) {
            // A pipe has no path.
            return true;
        }
    }
}
