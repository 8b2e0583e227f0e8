package io.rangefinder.capture.torchscript;

/**
 * A piece of source text.
 *
 * @param kind what it is
 * @param text its text; for INDENT the white space
 * @param line its line, from 1
 * @param offset where it begins in the file's text
 */
record Token(Kind kind, String text, int line, int offset) {

    enum Kind {
        NAME,
        NUMBER,
        STRING,
        OPERATOR,
        NEWLINE,
        INDENT,
        DEDENT,
        END
    }

    boolean is(String expected) {
        return (kind == Kind.OPERATOR || kind == Kind.NAME) && text.equals(expected);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case NEWLINE -> "the end of the line";
            case INDENT -> "a deeper indent";
            case DEDENT -> "the end of the block";
            case END -> "the end of the file";
            default -> "'" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "'";
        };
    }
}
