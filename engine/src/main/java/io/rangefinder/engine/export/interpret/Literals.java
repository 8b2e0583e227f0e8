package io.rangefinder.engine.export.interpret;

import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Literals of the code, and defaults of schemas. Stateless. */
final class Literals {

    private Literals() {}

    static Value read(Expression.Literal literal) {
        String text = literal.text();
        return literal.stringValue().map(s -> (Value) new Value.Text(s)).orElseGet(() -> of(text));
    }

    private static Value of(String text) {
        switch (text) {
            case "True":
                return new Value.Bool(true);
            case "False":
                return new Value.Bool(false);
            case "None":
                return Value.None.NONE;
            default:
                break;
        }
        if (text.matches("-?\\d+")) {
            return integer(text, 10);
        }
        if (text.matches("0x[0-9a-fA-F]+")) {
            return integer(text.substring(2), 16);
        }
        if (text.matches("-?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
            return new Value.Real(Double.parseDouble(text));
        }
        if (text.matches("(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?j")) {
            return imaginary(Double.parseDouble(text.substring(0, text.length() - 1)));
        }
        return Value.Opaque.OPAQUE;
    }

    /** A complex number, as tracing has it: in a tensor without axes. */
    private static Value imaginary(double value) {
        SymbolicTensor parts =
                SymbolicTensor.of(
                        ElementType.FLOAT64,
                        List.of(Dim.of(2)),
                        List.of(new Value.Real(0), new Value.Real(value)));
        return Value.Tensor.ofNumber(parts.complexView());
    }

    /** Opaque beyond 64 bits, which PyTorch's integers don't have. */
    private static Value integer(String digits, int radix) {
        BigInteger value = new BigInteger(digits, radix);
        return value.bitLength() < Long.SIZE
                ? Value.Int.of(value.longValue())
                : Value.Opaque.OPAQUE;
    }

    /** A default as PyTorch prints it in a schema. */
    static Value ofSchema(String text) {
        String trimmed = text.trim();
        if (trimmed.startsWith("[")) {
            String inner = trimmed.substring(1, trimmed.length() - 1).trim();
            List<Value> elements = new ArrayList<>();
            for (String element : inner.isEmpty() ? new String[0] : inner.split(",")) {
                elements.add(ofSchema(element));
            }
            return new Value.ListOf(elements);
        }
        if (trimmed.startsWith("\"") || trimmed.startsWith("'")) {
            return new Value.Text(trimmed.substring(1, trimmed.length() - 1));
        }
        // An enumeration that PyTorch holds as a number.
        if (trimmed.equals("Mean")) {
            return Value.Int.of(1);
        }
        return of(trimmed);
    }
}
