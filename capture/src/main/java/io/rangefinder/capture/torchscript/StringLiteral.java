package io.rangefinder.capture.torchscript;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * String literals. PyTorch writes every byte that is not printable ASCII as an octal escape of its
 * UTF-8 form ({@code c10::printQuotedString}).
 */
final class StringLiteral {

    private StringLiteral() {}

    static Optional<String> decode(String text) {
        if (text.length() < 2 || (text.charAt(0) != '"' && text.charAt(0) != '\'')) {
            return Optional.empty();
        }
        int quotes =
                text.length() >= 6
                                && text.charAt(1) == text.charAt(0)
                                && text.charAt(2) == text.charAt(0)
                        ? 3
                        : 1;
        byte[] bytes =
                text.substring(quotes, text.length() - quotes).getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[bytes.length];
        int n = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\\' || i + 1 == bytes.length) {
                out[n++] = bytes[i];
                continue;
            }
            byte escape = bytes[++i];
            if (escape >= '0' && escape <= '7') {
                int value = 0;
                int end = Math.min(i + 3, bytes.length);
                while (i < end && bytes[i] >= '0' && bytes[i] <= '7') {
                    value = value * 8 + bytes[i++] - '0';
                }
                i--;
                out[n++] = (byte) value;
            } else if (escape == 'x' && i + 2 < bytes.length) {
                int high = Character.digit(bytes[i + 1], 16);
                int low = Character.digit(bytes[i + 2], 16);
                out[n++] = (byte) (high * 16 + low);
                i += 2;
            } else {
                out[n++] = simple(escape);
            }
        }
        return Optional.of(new String(out, 0, n, StandardCharsets.UTF_8));
    }

    private static byte simple(byte escape) {
        return switch (escape) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'a' -> 7;
            case 'v' -> 11;
            default -> escape;
        };
    }

    /** Quotes a string the way PyTorch does, for names that go into generated code. */
    static String encode(String value) {
        StringBuilder out = new StringBuilder("\"");
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c >= 0x20 && c < 0x7f) {
                out.append((char) c);
            } else {
                out.append('\\')
                        .append((char) ('0' + (c >> 6)))
                        .append((char) ('0' + ((c >> 3) & 7)))
                        .append((char) ('0' + (c & 7)));
            }
        }
        return out.append('"').toString();
    }
}
