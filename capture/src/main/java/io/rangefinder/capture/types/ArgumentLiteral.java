package io.rangefinder.capture.types;

import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.Expression.Literal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Values of arguments that are no tensors, as people write them on a command line: {@code 16000},
 * {@code 0.5}, {@code true}, {@code fast}, {@code None}, {@code [1, 2]}, {@code {a: 1, b: 2}}.
 * Stateless.
 */
public final class ArgumentLiteral {

    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?");

    private ArgumentLiteral() {}

    /**
     * The value in TorchScript.
     *
     * @param name the argument's name, for messages
     * @param type the argument's type
     * @param text the value
     * @return an expression of that type
     * @throws IllegalArgumentException if the text is no such value, or a value of this type can't
     *     be written down
     */
    public static Expression of(String name, Type type, String text) {
        return new Reader(name, type, text).read(type, text.strip());
    }

    /** Reads one argument, which messages are about. */
    private record Reader(String name, Type whole, String text) {

        Expression read(Type type, String value) {
            if (type instanceof Type.OptionalType optional) {
                return value.equals("None") || value.equals("none")
                        ? new Literal("None")
                        : read(optional.value(), value);
            }
            if (type instanceof Type.ListType list) {
                return new Expression.ListLiteral(
                        elements(value).stream().map(e -> read(list.element(), e)).toList());
            }
            if (type instanceof Type.DictType dict) {
                return new Expression.DictLiteral(
                        elements(value).stream().map(e -> entry(dict, e)).toList());
            }
            if (type instanceof Type.TupleType tuple) {
                List<String> elements = elements(value);
                if (elements.size() != tuple.elements().size()) {
                    throw refused("must have " + tuple.elements().size() + " elements");
                }
                List<Expression> read = new ArrayList<>();
                for (int i = 0; i < elements.size(); i++) {
                    read.add(read(tuple.elements().get(i), elements.get(i)));
                }
                return new Expression.TupleLiteral(read);
            }
            if (type instanceof Type.Basic basic) {
                return switch (basic) {
                    case INT -> whole(value);
                    case FLOAT -> decimal(value);
                    case NUMBER -> value.matches("[-+]?[0-9]+") ? whole(value) : decimal(value);
                    case BOOL -> truth(value);
                    case STRING -> Literal.ofString(unquoted(value));
                    case TENSOR -> throw refused("is a tensor; give it among the inputs");
                    default -> throw unwritable();
                };
            }
            throw unwritable();
        }

        private Literal whole(String value) {
            if (!value.matches("[-+]?[0-9]{1,19}") || new BigInteger(value).bitLength() > 63) {
                throw refused("must be a whole number");
            }
            return new Literal(new BigInteger(value).toString());
        }

        private Literal decimal(String value) {
            double number =
                    DECIMAL.matcher(value).matches() ? Double.parseDouble(value) : Double.NaN;
            if (!Double.isFinite(number)) {
                throw refused("must be a finite number");
            }
            return new Literal(Double.toString(number).toLowerCase(Locale.ROOT));
        }

        private Literal truth(String value) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "true", "1" -> new Literal("True");
                case "false", "0" -> new Literal("False");
                default -> throw refused("must be True or False");
            };
        }

        private Expression.Entry entry(Type.DictType dict, String value) {
            List<String> parts = parts(value, ':');
            if (parts.size() != 2) {
                throw refused("must be such as {a: 1, b: 2}");
            }
            return new Expression.Entry(
                    read(dict.key(), parts.get(0)), read(dict.value(), parts.get(1)));
        }

        /** In brackets or not, between commas. */
        private List<String> elements(String value) {
            int bracket = value.isEmpty() ? -1 : "[({".indexOf(value.charAt(0));
            boolean bare = bracket < 0;
            String inner = bare ? value : value.substring(1, Math.max(1, value.length() - 1));
            if (!bare && !value.endsWith("])}".substring(bracket, bracket + 1))) {
                throw refused(
                        bracket == 2 ? "must be such as {a: 1, b: 2}" : "must be such as [1, 2]");
            }
            List<String> elements = parts(inner, ',');
            // As people end a list of one, and an empty one.
            if (elements.get(elements.size() - 1).isEmpty()) {
                elements.remove(elements.size() - 1);
            }
            return elements;
        }

        /** What stands between separators outside of brackets and quotes. */
        private static List<String> parts(String value, char separator) {
            List<String> parts = new ArrayList<>();
            int depth = 0;
            boolean quoted = false;
            int start = 0;
            for (int i = 0; i <= value.length(); i++) {
                boolean ends = i == value.length();
                char c = ends ? separator : value.charAt(i);
                quoted ^= c == '"' && !ends;
                depth += "[({".indexOf(c) >= 0 ? 1 : "])}".indexOf(c) >= 0 ? -1 : 0;
                if (ends || c == separator && depth == 0 && !quoted) {
                    parts.add(value.substring(start, i).strip());
                    start = i + 1;
                }
            }
            return parts;
        }

        private static String unquoted(String value) {
            return new Literal(value).stringValue().orElse(value);
        }

        private IllegalArgumentException unwritable() {
            return new IllegalArgumentException(
                    "argument "
                            + name
                            + " is of type "
                            + whole
                            + ", of which no value can be given; wrap the model in a module that"
                            + " calls it with a fixed "
                            + name);
        }

        private IllegalArgumentException refused(String must) {
            return new IllegalArgumentException(
                    "argument "
                            + name
                            + " "
                            + must
                            + (must.startsWith("is") ? "" : ", but is " + text));
        }
    }
}
