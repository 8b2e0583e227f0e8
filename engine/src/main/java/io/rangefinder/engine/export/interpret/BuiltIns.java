package io.rangefinder.engine.export.interpret;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.types.TypeReader;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;

/** What TorchScript calls without an import: {@code isinstance}, {@code range}, {@code int}, … */
final class BuiltIns {

    /** Far more than a model's loops need. */
    private static final int MAX_RANGE = 1_000_000;

    private final Calls calls;
    private final Expressions expressions;
    private final Problems problems;
    private final Work work;

    BuiltIns(Calls calls, Expressions expressions, Problems problems, Work work) {
        this.calls = calls;
        this.expressions = expressions;
        this.problems = problems;
        this.work = work;
    }

    Value call(Frame frame, String name, Expression.Call call) throws MalformedModelException {
        List<Expression> arguments = call.arguments();
        switch (name) {
            case "annotate", "unchecked_cast":
                return expressions.evaluate(frame, arguments.get(1));
            case "uninitialized":
                return Value.Unknown.UNKNOWN;
            case "isinstance":
                return isInstance(expressions.evaluate(frame, arguments.get(0)), arguments.get(1));
            case "hasattr":
                return hasAttribute(frame, arguments);
            case "getattr":
                return expressions.member(
                        frame,
                        expressions.evaluate(frame, arguments.get(0)),
                        text(frame, arguments.get(1)));
            case "range":
                return range(frame, calls.arguments(frame, call));
            default:
                break;
        }
        String operator =
                switch (name) {
                    case "int" -> "aten::Int";
                    case "float" -> "aten::Float";
                    case "bool" -> "aten::Bool";
                    case "str" -> "aten::str";
                    default -> "aten::" + name;
                };
        return calls.operator(
                frame, operator, calls.arguments(frame, call), calls.keywords(frame, call));
    }

    private Value isInstance(Value value, Expression types) {
        work.lookAt(value);
        if (value == Value.Unknown.UNKNOWN) {
            return value;
        }
        List<Expression> any =
                types instanceof Expression.TupleLiteral tuple ? tuple.elements() : List.of(types);
        return new Value.Bool(
                any.stream().anyMatch(t -> Types.isInstance(value, TypeReader.read(t))));
    }

    private String text(Frame frame, Expression expression) throws MalformedModelException {
        return expressions.evaluate(frame, expression) instanceof Value.Text text
                ? text.text()
                : "";
    }

    private Value hasAttribute(Frame frame, List<Expression> arguments)
            throws MalformedModelException {
        Value owner = expressions.evaluate(frame, arguments.get(0));
        String name = text(frame, arguments.get(1));
        boolean has =
                owner instanceof Value.Instance instance
                        && (instance.attributes().containsKey(name)
                                || instance.stored()
                                        .filter(o -> o.attributes().containsKey(name))
                                        .isPresent());
        return new Value.Bool(has);
    }

    private Value range(Frame frame, List<Value> bounds) {
        if (bounds.stream().anyMatch(Types::isUnknown)) {
            return Value.Unknown.UNKNOWN;
        }
        if (bounds.stream().anyMatch(b -> !(b instanceof Value.Scalar))) {
            return problems.unknown(frame, "a range whose bounds are no numbers");
        }
        List<Dim> numbers = bounds.stream().map(b -> ((Value.Scalar) b).whole()).toList();
        long from = numbers.size() > 1 ? numbers.get(0).value() : 0;
        long to = numbers.get(numbers.size() > 1 ? 1 : 0).value();
        long step = numbers.size() > 2 ? numbers.get(2).value() : 1;
        long span = Math.subtractExact(to, from);
        // Rounded up.
        long count = step == 0 ? Long.MAX_VALUE : -Math.floorDiv(-span, step);
        if (count > MAX_RANGE) {
            return problems.unknown(frame, "a range of more than " + MAX_RANGE + " numbers");
        }
        List<Value> values = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            values.add(Value.Int.of(from + i * step));
        }
        return new Value.ListOf(values);
    }
}
