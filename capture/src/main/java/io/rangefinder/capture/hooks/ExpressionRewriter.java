package io.rangefinder.capture.hooks;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.ScriptObject;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.ExpressionVisitor;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies expressions. What calls or reads by index is taken out of a nested expression into a
 * variable of its own, in the order of evaluation, so that hooks can stand between.
 */
final class ExpressionRewriter
        implements ExpressionVisitor<Evaluated, Scope, MalformedModelException> {

    private final Injection injection;
    private final CallRewriter calls;

    ExpressionRewriter(Injection injection, CallRewriter calls) {
        this.injection = injection;
        this.calls = calls;
    }

    /** Copies an expression that stands within another or is used by a statement. */
    Evaluated rewrite(Scope scope, Expression expression) throws MalformedModelException {
        return expression.accept(this, scope);
    }

    @Override
    public Evaluated visitName(Expression.Name name, Scope scope) {
        return new Evaluated(name, scope.variable(name.id()));
    }

    @Override
    public Evaluated visitLiteral(Expression.Literal literal, Scope scope) {
        return new Evaluated(literal, literal(literal));
    }

    @Override
    public Evaluated visitCall(Expression.Call call, Scope scope) throws MalformedModelException {
        return calls.rewrite(scope, call, Destination.FRESH);
    }

    @Override
    public Evaluated visitListLiteral(Expression.ListLiteral list, Scope scope)
            throws MalformedModelException {
        List<Evaluated> elements = rewriteAll(scope, list.elements());
        Type element = elements.isEmpty() ? Type.Basic.UNKNOWN : elements.get(0).value().type();
        return new Evaluated(
                new Expression.ListLiteral(expressions(elements)),
                Value.of(new Type.ListType(element)));
    }

    @Override
    public Evaluated visitTupleLiteral(Expression.TupleLiteral tuple, Scope scope)
            throws MalformedModelException {
        List<Evaluated> elements = rewriteAll(scope, tuple.elements());
        List<Value> values = elements.stream().map(Evaluated::value).toList();
        Type type = new Type.TupleType(values.stream().map(Value::type).toList());
        return new Evaluated(
                new Expression.TupleLiteral(expressions(elements)),
                Value.of(type).withElements(values));
    }

    List<Evaluated> rewriteAll(Scope scope, List<Expression> expressions)
            throws MalformedModelException {
        List<Evaluated> result = new ArrayList<>();
        for (Expression expression : expressions) {
            result.add(rewrite(scope, expression));
        }
        return result;
    }

    static List<Expression> expressions(List<Evaluated> evaluated) {
        return evaluated.stream().map(Evaluated::expression).toList();
    }

    private static Value literal(Expression.Literal literal) {
        return switch (literal.text()) {
            case "True" -> Value.truth(true);
            case "False" -> Value.truth(false);
            case "None" -> Value.of(Type.Basic.NONE);
            default -> {
                String text = literal.text();
                if (literal.stringValue().isPresent()) {
                    yield Value.of(Type.Basic.STRING);
                }
                if (text.endsWith("j")) {
                    yield Value.of(Type.Basic.COMPLEX);
                }
                boolean fraction = !text.startsWith("0x") && text.matches(".*[.eE].*");
                yield Value.of(fraction ? Type.Basic.FLOAT : Type.Basic.INT);
            }
        };
    }

    @Override
    public Evaluated visitAttribute(Expression.Attribute attribute, Scope scope)
            throws MalformedModelException {
        Optional<String> dotted = attribute.dottedName();
        if (dotted.isPresent() && dotted.get().startsWith("__torch__.")) {
            return new Evaluated(attribute, Value.function(dotted.get()));
        }
        if (dotted.isPresent() && dotted.get().startsWith("CONSTANTS.")) {
            return new Evaluated(attribute, Value.of(Type.Basic.TENSOR));
        }
        if (attribute.target() instanceof Expression.Name name
                && !scope.variables.containsKey(name.id())) {
            return new Evaluated(attribute, Value.UNKNOWN);
        }
        Evaluated target = rewrite(scope, attribute.target());
        Expression read = new Expression.Attribute(target.expression(), attribute.name());
        Value value = member(target.value(), attribute.name());
        return injection.assigned.contains(attribute.name())
                ? readNow(scope, read, value)
                : new Evaluated(read, value);
    }

    /** What is known of an attribute of a module or of a class of the archive. */
    Value member(Value owner, String name) {
        if (!(owner.type() instanceof Type.ClassType c)) {
            return Value.UNKNOWN;
        }
        Optional<ClassDef.AttributeDef> declared =
                injection
                        .program
                        .classNamed(c.qualifiedName())
                        .flatMap(d -> d.definition().attribute(name));
        Type type = declared.map(a -> TypeReader.read(a.type())).orElse(Type.Basic.UNKNOWN);
        Optional<Object> value = owner.object().flatMap(o -> o.attribute(name));
        if (value.isPresent() && value.get() instanceof ScriptObject object) {
            String path = injection.paths.of(object);
            Type known =
                    type instanceof Type.ClassType ? type : new Type.ClassType(object.className());
            return Value.module(known, Optional.of(object), path);
        }
        if (name.equals("training") && type == Type.Basic.BOOL && injection.isModule(c)) {
            // Hooks are for inference: DJL puts a model in evaluation mode before it predicts.
            return Value.truth(false);
        }
        if (value.isPresent()
                && value.get() instanceof Boolean constant
                && !injection.assigned.contains(name)) {
            return Value.truth(constant);
        }
        return Value.of(type);
    }

    @Override
    public Evaluated visitSubscript(Expression.Subscript subscript, Scope scope)
            throws MalformedModelException {
        Evaluated target = rewrite(scope, subscript.target());
        List<Expression> indices = new ArrayList<>();
        for (Expression index : subscript.indices()) {
            indices.add(
                    index instanceof Expression.Slice ? index : rewrite(scope, index).expression());
        }
        Value value = element(target.value(), indices);
        Expression read = new Expression.Subscript(target.expression(), List.copyOf(indices));
        if (target.value().type() instanceof Type.ClassType c
                && new PointBinder(injection).asTuple(c) == c) {
            // A list of modules is no value; only a declared variable may hold what is read.
            return new Evaluated(read, Value.UNKNOWN);
        }
        return readNow(scope, read, value);
    }

    /** What a list or an object holds may change before the expression around is evaluated. */
    private Evaluated readNow(Scope scope, Expression read, Value value) {
        Expression.Name name = new Expression.Name(injection.generated.newName());
        scope.out.add(
                new Statement.Assign(
                        scope.line, List.of(name), false, Optional.empty(), Optional.of(read)));
        scope.variables.put(name.id(), value);
        return new Evaluated(name, value);
    }

    private static Value element(Value container, List<Expression> indices) {
        if (container.type() instanceof Type.ListType list
                && !(indices.get(0) instanceof Expression.Slice)) {
            return Value.of(list.element());
        }
        if (container.type() instanceof Type.DictType dict) {
            return Value.of(dict.value());
        }
        if (container.type() instanceof Type.TupleType tuple
                && indices.size() == 1
                && indices.get(0) instanceof Expression.Literal literal
                && literal.text().matches("\\d{1,6}")) {
            int i = Integer.parseInt(literal.text());
            if (i < tuple.elements().size()) {
                return container.elements().size() == tuple.elements().size()
                        ? container.elements().get(i)
                        : Value.of(tuple.elements().get(i));
            }
        }
        return indices.get(0) instanceof Expression.Slice
                ? Value.of(container.type())
                : Value.UNKNOWN;
    }

    @Override
    public Evaluated visitDictLiteral(Expression.DictLiteral dict, Scope scope)
            throws MalformedModelException {
        List<Expression.Entry> entries = new ArrayList<>();
        Type key = Type.Basic.UNKNOWN;
        Type value = Type.Basic.UNKNOWN;
        for (Expression.Entry entry : dict.entries()) {
            Evaluated k = rewrite(scope, entry.key());
            Evaluated v = rewrite(scope, entry.value());
            entries.add(new Expression.Entry(k.expression(), v.expression()));
            key = k.value().type();
            value = v.value().type();
        }
        return new Evaluated(
                new Expression.DictLiteral(List.copyOf(entries)),
                Value.of(new Type.DictType(key, value)));
    }

    @Override
    public Evaluated visitUnary(Expression.Unary unary, Scope scope)
            throws MalformedModelException {
        Evaluated operand = rewrite(scope, unary.operand());
        Optional<Boolean> truth = operand.value().truth();
        boolean not = unary.operator().equals("not");
        Value value =
                not
                        ? truth.map(t -> Value.truth(!t)).orElse(Value.of(Type.Basic.BOOL))
                        : Value.of(operand.value().type());
        return new Evaluated(new Expression.Unary(unary.operator(), operand.expression()), value);
    }

    /** An infix operator, which PyTorch writes for numbers only. */
    @Override
    public Evaluated visitBinary(Expression.Binary binary, Scope scope)
            throws MalformedModelException {
        if (binary.operator().equals("and") || binary.operator().equals("or")) {
            return asItIs(binary);
        }
        Evaluated left = rewrite(scope, binary.left());
        Evaluated right = rewrite(scope, binary.right());
        return new Evaluated(
                new Expression.Binary(binary.operator(), left.expression(), right.expression()),
                Value.UNKNOWN);
    }

    @Override
    public Evaluated visitTernaryIf(Expression.TernaryIf ternary, Scope scope) {
        return asItIs(ternary);
    }

    @Override
    public Evaluated visitSlice(Expression.Slice slice, Scope scope) {
        return asItIs(slice);
    }

    /** For what may not be evaluated at all. */
    private static Evaluated asItIs(Expression expression) {
        return new Evaluated(expression, Value.UNKNOWN);
    }
}
