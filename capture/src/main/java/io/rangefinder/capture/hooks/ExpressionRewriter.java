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
                KnownValue.of(new Type.ListType(element)));
    }

    @Override
    public Evaluated visitTupleLiteral(Expression.TupleLiteral tuple, Scope scope)
            throws MalformedModelException {
        List<Evaluated> elements = rewriteAll(scope, tuple.elements());
        List<KnownValue> values = elements.stream().map(Evaluated::value).toList();
        Type type = new Type.TupleType(values.stream().map(KnownValue::type).toList());
        return new Evaluated(
                new Expression.TupleLiteral(expressions(elements)),
                KnownValue.of(type).withElements(values));
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

    private static KnownValue literal(Expression.Literal literal) {
        return switch (literal.text()) {
            case "True" -> KnownValue.truth(true);
            case "False" -> KnownValue.truth(false);
            case "None" -> KnownValue.of(Type.Basic.NONE);
            default -> {
                String text = literal.text();
                if (literal.stringValue().isPresent()) {
                    yield KnownValue.of(Type.Basic.STRING);
                }
                if (text.endsWith("j")) {
                    yield KnownValue.of(Type.Basic.COMPLEX);
                }
                boolean fraction = !text.startsWith("0x") && text.matches(".*[.eE].*");
                yield KnownValue.of(fraction ? Type.Basic.FLOAT : Type.Basic.INT);
            }
        };
    }

    @Override
    public Evaluated visitAttribute(Expression.Attribute attribute, Scope scope)
            throws MalformedModelException {
        Optional<String> dotted = attribute.dottedName();
        if (dotted.isPresent() && dotted.get().startsWith("__torch__.")) {
            return new Evaluated(attribute, KnownValue.function(dotted.get()));
        }
        if (dotted.isPresent() && dotted.get().startsWith("CONSTANTS.")) {
            return new Evaluated(attribute, KnownValue.of(Type.Basic.TENSOR));
        }
        if (attribute.target() instanceof Expression.Name name
                && !scope.variables.containsKey(name.id())) {
            return new Evaluated(attribute, KnownValue.UNKNOWN);
        }
        Evaluated target = rewrite(scope, attribute.target());
        Expression read = new Expression.Attribute(target.expression(), attribute.name());
        KnownValue value = member(target.value(), attribute.name());
        return injection.assigned.contains(attribute.name())
                ? readNow(scope, read, value)
                : new Evaluated(read, value);
    }

    /** What is known of an attribute of a module or of a class of the archive. */
    KnownValue member(KnownValue owner, String name) {
        if (!(owner.type() instanceof Type.ClassType c)) {
            return KnownValue.UNKNOWN;
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
            return new KnownValue.Instance(known, object, path);
        }
        if (name.equals("training") && type == Type.Basic.BOOL && injection.isModule(c)) {
            // Hooks are for inference: DJL puts a model in evaluation mode before it predicts.
            return KnownValue.truth(false);
        }
        if (value.isPresent()
                && value.get() instanceof Boolean constant
                && !injection.assigned.contains(name)) {
            return KnownValue.truth(constant);
        }
        return KnownValue.of(type);
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
        KnownValue value = element(target.value(), indices);
        Expression read = new Expression.Subscript(target.expression(), List.copyOf(indices));
        if (target.value().type() instanceof Type.ClassType c
                && new PointBinder(injection).asTuple(c) == c) {
            // A list of modules is no value; only a declared variable may hold what is read.
            return new Evaluated(read, KnownValue.UNKNOWN);
        }
        return readNow(scope, read, value);
    }

    /** What a list or an object holds may change before the expression around is evaluated. */
    private Evaluated readNow(Scope scope, Expression read, KnownValue value) {
        Expression.Name name = new Expression.Name(injection.generated.newName());
        scope.out.add(
                new Statement.Assign(
                        scope.line, List.of(name), false, Optional.empty(), Optional.of(read)));
        scope.variables.put(name.id(), value);
        return new Evaluated(name, value);
    }

    private static KnownValue element(KnownValue container, List<Expression> indices) {
        if (container.type() instanceof Type.ListType list
                && !(indices.get(0) instanceof Expression.Slice)) {
            return KnownValue.of(list.element());
        }
        if (container.type() instanceof Type.DictType dict) {
            return KnownValue.of(dict.value());
        }
        if (container.type() instanceof Type.TupleType tuple
                && indices.size() == 1
                && indices.get(0) instanceof Expression.Literal literal
                && literal.text().matches("\\d{1,6}")) {
            int i = Integer.parseInt(literal.text());
            if (i < tuple.elements().size()) {
                return container.elements().size() == tuple.elements().size()
                        ? container.elements().get(i)
                        : KnownValue.of(tuple.elements().get(i));
            }
        }
        return indices.get(0) instanceof Expression.Slice
                ? KnownValue.of(container.type())
                : KnownValue.UNKNOWN;
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
                KnownValue.of(new Type.DictType(key, value)));
    }

    @Override
    public Evaluated visitUnary(Expression.Unary unary, Scope scope)
            throws MalformedModelException {
        Evaluated operand = rewrite(scope, unary.operand());
        Optional<Boolean> truth = operand.value().truth();
        boolean not = unary.operator().equals("not");
        KnownValue value =
                not
                        ? truth.map(t -> KnownValue.truth(!t))
                                .orElse(KnownValue.of(Type.Basic.BOOL))
                        : KnownValue.of(operand.value().type());
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
                KnownValue.UNKNOWN);
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
        return new Evaluated(expression, KnownValue.UNKNOWN);
    }
}
