package io.rangefinder.engine.export.interpret;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.hooks.MarkedProgram;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.ExpressionVisitor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evaluates expressions. */
final class Expressions implements ExpressionVisitor<Value, Frame, MalformedModelException> {

    private static final Map<String, String> INFIX =
            Map.ofEntries(
                    Map.entry("+", "aten::add"),
                    Map.entry("-", "aten::sub"),
                    Map.entry("*", "aten::mul"),
                    Map.entry("/", "aten::div"),
                    Map.entry("//", "aten::floordiv"),
                    Map.entry("%", "aten::remainder"),
                    Map.entry("**", "aten::pow"),
                    Map.entry("==", "aten::eq"),
                    Map.entry("!=", "aten::ne"),
                    Map.entry("<", "aten::lt"),
                    Map.entry("<=", "aten::le"),
                    Map.entry(">", "aten::gt"),
                    Map.entry(">=", "aten::ge"),
                    Map.entry("is", "aten::__is__"),
                    Map.entry("is not", "aten::__isnot__"),
                    Map.entry("&", "aten::__and__"),
                    Map.entry("|", "aten::__or__"),
                    Map.entry("^", "aten::__xor__"));

    private final Objects objects;
    private final Calls calls;
    private final Problems problems;
    private final MarkedProgram program;

    Expressions(Objects objects, Calls calls, Problems problems, MarkedProgram program) {
        this.objects = objects;
        this.calls = calls;
        this.problems = problems;
        this.program = program;
    }

    Value evaluate(Frame frame, Expression expression) throws MalformedModelException {
        return expression.accept(this, frame);
    }

    @Override
    public Value visitLiteral(Expression.Literal literal, Frame frame) {
        Value value = Literals.read(literal);
        return value == Value.Opaque.OPAQUE
                ? problems.unknown(frame, "the literal " + literal.text() + " has no ONNX")
                : value;
    }

    @Override
    public Value visitCall(Expression.Call call, Frame frame) throws MalformedModelException {
        return calls.call(frame, call);
    }

    @Override
    public Value visitListLiteral(Expression.ListLiteral list, Frame frame)
            throws MalformedModelException {
        return new Value.ListOf(evaluateAll(frame, list.elements()));
    }

    @Override
    public Value visitTupleLiteral(Expression.TupleLiteral tuple, Frame frame)
            throws MalformedModelException {
        return Value.Tuple.of(evaluateAll(frame, tuple.elements()));
    }

    @Override
    public Value visitDictLiteral(Expression.DictLiteral dict, Frame frame)
            throws MalformedModelException {
        Map<Value, Value> entries = new LinkedHashMap<>();
        for (Expression.Entry entry : dict.entries()) {
            Value key = evaluate(frame, entry.key());
            if (!(key instanceof Value.Text || key instanceof Value.Scalar)) {
                return problems.unknown(frame, "a dict of other keys than texts and numbers");
            }
            entries.put(key, evaluate(frame, entry.value()));
        }
        return new Value.Dict(entries);
    }

    @Override
    public Value visitTernaryIf(Expression.TernaryIf ternary, Frame frame)
            throws MalformedModelException {
        Optional<Boolean> test = truth(frame, evaluate(frame, ternary.test()));
        return test.isEmpty()
                ? Value.Unknown.UNKNOWN
                : evaluate(frame, test.get() ? ternary.whenTrue() : ternary.whenFalse());
    }

    List<Value> evaluateAll(Frame frame, List<Expression> expressions)
            throws MalformedModelException {
        List<Value> values = new ArrayList<>();
        for (Expression expression : expressions) {
            values.add(evaluate(frame, expression));
        }
        return values;
    }

    @Override
    public Value visitName(Expression.Name variable, Frame frame) throws MalformedModelException {
        String name = variable.id();
        Value value = frame.variables.get(name);
        if (value != null) {
            return value;
        }
        return switch (name) {
            case "inf" -> new Value.Real(Double.POSITIVE_INFINITY);
            case "nan" -> new Value.Real(Double.NaN);
            default ->
                    throw new MalformedModelException(
                            frame.place() + ": there is no variable " + name + "; save it again");
        };
    }

    /** Whether a condition holds, if that is known. */
    Optional<Boolean> truth(Frame frame, Value value) {
        if (value instanceof Value.Scalar scalar) {
            return Optional.of(scalar.truth());
        }
        if (value != Value.Unknown.UNKNOWN) {
            problems.add(frame, "a condition that is no truth");
        }
        return Optional.empty();
    }

    @Override
    public Value visitAttribute(Expression.Attribute attribute, Frame frame)
            throws MalformedModelException {
        Optional<String> dotted = attribute.dottedName();
        if (dotted.isPresent() && dotted.get().startsWith("__torch__.")) {
            return global(frame, dotted.get(), attribute);
        }
        if (dotted.isPresent() && dotted.get().matches("CONSTANTS\\.c\\d{1,8}")) {
            return objects.constant(Integer.parseInt(dotted.get().substring(11)));
        }
        if (dotted.isPresent() && dotted.get().startsWith("torch.")) {
            return Value.Opaque.OPAQUE;
        }
        return member(frame, evaluate(frame, attribute.target()), attribute.name());
    }

    /** A function, a class, or a constant of a class such as an enum's. */
    private Value global(Frame frame, String name, Expression.Attribute attribute)
            throws MalformedModelException {
        String owner = name.substring(0, name.lastIndexOf('.'));
        Optional<ClassDef.AttributeDef> constant =
                program.classNamed(owner).flatMap(c -> c.attribute(attribute.name()));
        if (constant.isPresent() && constant.get().value().isPresent()) {
            return evaluate(frame, constant.get().value().get());
        }
        return new Value.Function(name);
    }

    Value member(Frame frame, Value owner, String name) throws MalformedModelException {
        if (owner instanceof Value.Instance instance) {
            Optional<Value> value = objects.attribute(instance, name);
            if (value.isPresent()) {
                return value.get();
            }
        }
        if (owner instanceof Value.Tuple tuple && tuple.names().contains(name)) {
            return tuple.elements().get(tuple.names().indexOf(name));
        }
        boolean enumeration = owner instanceof Value.Text || owner instanceof Value.Scalar;
        if (owner == Value.Unknown.UNKNOWN || (enumeration && name.equals("value"))) {
            return owner;
        }
        return problems.unknown(frame, "there is no attribute " + name);
    }

    @Override
    public Value visitSubscript(Expression.Subscript subscript, Frame frame)
            throws MalformedModelException {
        Value target = evaluate(frame, subscript.target());
        if (subscript.indices().size() != 1) {
            return problems.unknown(frame, "an index of several parts");
        }
        if (!(subscript.indices().get(0) instanceof Expression.Slice slice)) {
            Value index = evaluate(frame, subscript.indices().get(0));
            return calls.operator(frame, "aten::__getitem__", List.of(target, index), Map.of());
        }
        if (target instanceof Value.Tuple tuple) {
            int size = tuple.elements().size();
            int from = bound(frame, slice.from(), 0, size);
            int to = bound(frame, slice.to(), size, size);
            return Value.Tuple.of(tuple.elements().subList(from, Math.max(from, to)));
        }
        Value from = slice.from().isPresent() ? evaluate(frame, slice.from().get()) : null;
        Value to = slice.to().isPresent() ? evaluate(frame, slice.to().get()) : null;
        return calls.operator(
                frame,
                "aten::slice",
                List.of(
                        target,
                        from == null ? Value.None.NONE : from,
                        to == null ? Value.None.NONE : to,
                        slice.step().isPresent()
                                ? evaluate(frame, slice.step().get())
                                : Value.Int.of(1)),
                Map.of());
    }

    private int bound(Frame frame, Optional<Expression> index, int otherwise, int size)
            throws MalformedModelException {
        if (index.isEmpty()) {
            return otherwise;
        }
        long at = ((Value.Scalar) evaluate(frame, index.get())).whole().value();
        return (int) Math.max(0, Math.min(size, at < 0 ? at + size : at));
    }

    @Override
    public Value visitSlice(Expression.Slice slice, Frame frame) {
        return problems.unknown(frame, "a slice that is no index");
    }

    @Override
    public Value visitUnary(Expression.Unary unary, Frame frame) throws MalformedModelException {
        Value operand = evaluate(frame, unary.operand());
        return switch (unary.operator()) {
            case "-" -> calls.operator(frame, "aten::neg", List.of(operand), Map.of());
            case "not" -> calls.operator(frame, "aten::__not__", List.of(operand), Map.of());
            case "+" -> operand;
            default -> problems.unknown(frame, "the operator " + unary.operator());
        };
    }

    @Override
    public Value visitBinary(Expression.Binary binary, Frame frame) throws MalformedModelException {
        Value left = evaluate(frame, binary.left());
        if (binary.operator().equals("and") || binary.operator().equals("or")) {
            Optional<Boolean> truth = truth(frame, left);
            if (truth.isEmpty()) {
                return Value.Unknown.UNKNOWN;
            }
            boolean decided = truth.get() == binary.operator().equals("or");
            return decided ? left : evaluate(frame, binary.right());
        }
        Value right = evaluate(frame, binary.right());
        if (binary.operator().equals("in")) {
            return calls.operator(frame, "aten::__contains__", List.of(right, left), Map.of());
        }
        String name = INFIX.get(binary.operator());
        return name == null
                ? problems.unknown(frame, "the operator " + binary.operator())
                : calls.operator(frame, name, List.of(left, right), Map.of());
    }
}
