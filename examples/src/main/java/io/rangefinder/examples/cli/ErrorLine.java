package io.rangefinder.examples.cli;

import ai.djl.engine.EngineException;
import ai.djl.translate.TranslateException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says in one line what an exception is about, for a person who does not read stack traces. */
public final class ErrorLine {

    /** How the line that matters begins in the traces that PyTorch gives. */
    private static final Pattern PYTHON_ERROR = Pattern.compile("[\\w.]*(Error|Exception): .+");

    private ErrorLine() {}

    /**
     * The line.
     *
     * @param failure what was thrown
     * @return what happened, without a line break
     */
    public static String of(Throwable failure) {
        if (isWrapper(failure) && failure.getCause() != null) {
            return of(failure.getCause());
        }
        if (failure instanceof OutOfMemoryError) {
            return "not enough memory; give a smaller --batch-size, or more with java -Xmx";
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist; check the path";
        }
        if (failure instanceof AccessDeniedException denied) {
            return "no permission to open "
                    + denied.getFile()
                    + "; change its permissions or choose another path";
        }
        if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getFile() + ": " + flat(file.getReason());
        }
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return "unexpected "
                    + failure.getClass().getSimpleName()
                    + "; run again with --verbose and report it";
        }
        return isSpoken(failure)
                ? telling(message)
                : failure.getClass().getSimpleName() + ": " + telling(message);
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof TranslateException || failure instanceof UncheckedIOException;
    }

    /** Whether the message was written for people, and needs no class name before it. */
    private static boolean isSpoken(Throwable failure) {
        return failure instanceof EngineException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException
                || !(failure instanceof RuntimeException || failure instanceof Error);
    }

    /** Of many lines the one that says something. */
    private static String telling(String message) {
        List<String> lines = message.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
        Optional<String> python =
                lines.stream().filter(line -> PYTHON_ERROR.matcher(line).matches()).findFirst();
        return flat(python.orElse(lines.get(0)));
    }

    /** Without what a terminal would take for a line's end or a command. */
    static String flat(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
    }
}
