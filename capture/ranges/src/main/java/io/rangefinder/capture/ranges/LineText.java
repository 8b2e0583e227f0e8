package io.rangefinder.capture.ranges;

/** Which text a line can carry through editors, terminals and other readers unchanged. */
final class LineText {

    static final String FORBIDDEN =
            "a control character, line separator, byte-order mark or half a surrogate pair";

    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private LineText() {}

    static boolean holdsForbidden(String text) {
        return text.codePoints().anyMatch(LineText::forbidden);
    }

    static boolean forbidden(int character) {
        return character == BYTE_ORDER_MARK
                || switch (Character.getType(character)) {
                    case Character.CONTROL,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SURROGATE ->
                            true;
                    default -> false;
                };
    }
}
