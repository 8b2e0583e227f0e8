package io.rangefinder.mutation;

import java.util.List;
import java.util.regex.Pattern;

/** Whether what a reader threw is a sentence that a person can act on. */
final class Verdict {

    /** The words of Java and of libraries, which say nothing about the file. */
    private static final Pattern JAVAS_WORDS =
            Pattern.compile(
                    "\\bclass (java|io|net|com)\\.|cannot be"
                        + " cast|\\bjava\\.(lang|util|io)\\.|\\bjava\\.base\\b|Index(:)? -?\\d+ out"
                        + " of|out of bounds for length|Range \\[|Cannot invoke|For input"
                        + " string|report it|: null$|\\(null\\)|\\$\\d+@"
                        + "|net\\.razorvine|com\\.google\\.protobuf");

    /** Where a reader names the file, and each reader is given one of this name. */
    private static final String FILE = "mutant";

    private Verdict() {}

    /** What is wrong with an end, or nothing. */
    static String fault(Throwable thrown, List<Class<? extends Exception>> sentences) {
        if (sentences.stream().noneMatch(type -> type.isInstance(thrown))) {
            return thrown.getClass().getSimpleName();
        }
        String message = String.valueOf(thrown.getMessage());
        String type = thrown.getClass().getSimpleName();
        if (message.equals("null") || message.isBlank()) {
            return type + " without a message";
        }
        if (JAVAS_WORDS.matcher(message).find()) {
            return type + " in Java's words";
        }
        return message.contains(FILE) ? "" : type + " that names no file";
    }
}
