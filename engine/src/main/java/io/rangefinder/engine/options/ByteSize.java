package io.rangefinder.engine.options;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory.
 *
 * @param bytes above 0
 */
public record ByteSize(long bytes) {

    private static final Pattern TEXT = Pattern.compile("(\\d+)([KMG]?)");
    private static final int BITS_OF_A_STEP = 10;

    /**
     * Checks that it is an amount.
     *
     * @param bytes the bytes
     * @throws IllegalArgumentException if it is not above 0
     */
    public ByteSize {
        if (bytes <= 0) {
            throw new IllegalArgumentException(
                    "an amount of memory is above 0 bytes, not " + bytes);
        }
    }

    /**
     * Reads a number of bytes, or of binary kilo-, mega- or gigabytes.
     *
     * @param text such as {@code 1073741824}, {@code 1024M} or {@code 1g}
     * @return the amount, or empty if the text is none
     */
    public static Optional<ByteSize> parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int steps = matcher.group(2).isEmpty() ? 0 : 1 + "KMG".indexOf(matcher.group(2));
        try {
            long bytes =
                    Math.multiplyExact(
                            Long.parseLong(matcher.group(1)), 1L << (BITS_OF_A_STEP * steps));
            return bytes > 0 ? Optional.of(new ByteSize(bytes)) : Optional.empty();
        } catch (ArithmeticException | NumberFormatException e) {
            return Optional.empty(); // More than any memory has.
        }
    }
}
