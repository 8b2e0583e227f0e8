package io.rangefinder.capture.ranges;

/** Text from a file in a message: in quotes, on one line, and not too long. */
final class Quoted {

    private static final int LONGEST = 80;

    private Quoted() {}

    static String of(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints()
                .limit(LONGEST)
                .forEach(
                        c -> {
                            if (LineText.forbidden(c)) {
                                quoted.append(String.format("\\u%04x", c));
                            } else {
                                quoted.appendCodePoint(c);
                            }
                        });
        return quoted.append(text.codePointCount(0, text.length()) > LONGEST ? "…\"" : "\"")
                .toString();
    }
}
