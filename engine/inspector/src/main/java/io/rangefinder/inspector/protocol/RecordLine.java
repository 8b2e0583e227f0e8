package io.rangefinder.inspector.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * A record: fields between tabs on one line. A backslash, a tab, a line break and any other control
 * or separating character within a field is written as an escape, so that no text can end a field
 * or a line. Stateless, hence safe from any thread.
 */
public final class RecordLine {

    private static final int HEX = 16;
    private static final int HEX_DIGITS = 4;

    private RecordLine() {}

    /**
     * Writes a record.
     *
     * @param fields what it holds, any text
     * @return one line without its end
     */
    public static String of(List<String> fields) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                line.append('\t');
            }
            escape(fields.get(i), line);
        }
        return line.toString();
    }

    /**
     * Reads a record.
     *
     * @param line what {@link #of} wrote
     * @return its fields, at least one
     * @throws IllegalArgumentException if an escape is not one of {@link #of}
     */
    public static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        for (String field : line.split("\t", -1)) {
            fields.add(unescape(field));
        }
        return fields;
    }

    private static void escape(String text, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                line.append("\\\\");
            } else if (isPlain(c)) {
                line.append(c);
            } else {
                line.append(String.format("\\u%04x", (int) c));
            }
        }
    }

    /** Lone surrogates do not survive UTF-8; in pairs they do, escaped or not. */
    private static boolean isPlain(char c) {
        return c >= ' ' && c < '\u007f'
                || c > '\u00a0' && c < '\u2000'
                || c >= '\u2070' && c < '\ud800';
    }

    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c != '\\') {
                text.append(c);
            } else if (field.startsWith("\\\\", i)) {
                text.append('\\');
                i++;
            } else if (field.startsWith("\\u", i) && i + 2 + HEX_DIGITS <= field.length()) {
                text.append((char) Integer.parseInt(field, i + 2, i + 2 + HEX_DIGITS, HEX));
                i += 1 + HEX_DIGITS;
            } else {
                throw new IllegalArgumentException("no escape of a record: " + field);
            }
        }
        return text.toString();
    }
}
