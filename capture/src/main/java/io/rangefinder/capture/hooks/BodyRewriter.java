package io.rangefinder.capture.hooks;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.torchscript.StatementScanner;
import io.rangefinder.capture.torchscript.StatementVisitor;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Copies statements. What has to stand before a statement is written at once; the visits give what
 * stands in its place, if anything does.
 */
final class BodyRewriter
        implements StatementVisitor<Optional<Statement>, Scope, MalformedModelException> {

    private final Injection injection;
    private final CallRewriter calls;
    private final ExpressionRewriter expressions;

    BodyRewriter(Injection injection, FunctionCopier functions, PointBinder binder) {
        this.injection = injection;
        calls = new CallRewriter(injection, functions, binder);
        expressions = calls.expressions();
    }

    void rewrite(Scope scope, List<Statement> statements) throws MalformedModelException {
        for (int i = 0; i < statements.size(); i++) {
            Statement statement = statements.get(i);
            injection.generated.countStatement();
            scope.line = statement.line();
            scope.rest = statements.subList(i + 1, statements.size());
            statement.accept(this, scope).ifPresent(scope.out::add);
        }
    }

    @Override
    public Optional<Statement> visitExprStmt(Statement.ExprStmt statement, Scope scope)
            throws MalformedModelException {
        Expression copy =
                statement.expression() instanceof Expression.Call call
                        ? calls.rewrite(scope, call, Destination.NOWHERE).expression()
                        : expressions.rewrite(scope, statement.expression()).expression();
        return copy instanceof Expression.Name
                ? Optional.empty()
                : Optional.of(new Statement.ExprStmt(scope.line, copy));
    }

    @Override
    public Optional<Statement> visitWhile(Statement.While loop, Scope scope)
            throws MalformedModelException {
        Scope body = loop(scope, loop.body(), List.of());
        return Optional.of(new Statement.While(scope.line, loop.test(), List.copyOf(body.out)));
    }

    @Override
    public Optional<Statement> visitFor(Statement.For loop, Scope scope)
            throws MalformedModelException {
        Evaluated over = expressions.rewrite(scope, loop.iterable());
        Scope body = loop(scope, loop.body(), loop.targets());
        return Optional.of(
                new Statement.For(
                        scope.line, loop.targets(), over.expression(), List.copyOf(body.out)));
    }

    @Override
    public Optional<Statement> visitWith(Statement.With with, Scope scope)
            throws MalformedModelException {
        Evaluated item = expressions.rewrite(scope, with.item());
        Scope body = scope.inner(scope.block);
        rewrite(body, with.body());
        scope.variables.putAll(body.variables);
        return Optional.of(
                new Statement.With(
                        scope.line, item.expression(), with.target(), List.copyOf(body.out)));
    }

    @Override
    public Optional<Statement> visitAugAssign(Statement.AugAssign assign, Scope scope) {
        // It changes a tensor in place.
        injection.epoch++;
        return Optional.of(assign);
    }

    @Override
    public Optional<Statement> visitNested(Statement.Nested nested, Scope scope) {
        injection.unobserved.add(
                "what "
                        + (scope.frame.path().isEmpty() ? "the model" : scope.frame.path())
                        + " forks is not observed: it runs beside the rest");
        return Optional.of(nested);
    }

    @Override
    public Optional<Statement> visitFail(Statement.Fail fail, Scope scope) {
        return Optional.of(fail);
    }

    @Override
    public Optional<Statement> visitSimple(Statement.Simple simple, Scope scope) {
        return Optional.of(simple);
    }

    @Override
    public Optional<Statement> visitDelete(Statement.Delete delete, Scope scope) {
        return Optional.of(delete);
    }

    @Override
    public Optional<Statement> visitAssign(Statement.Assign assign, Scope scope)
            throws MalformedModelException {
        if (assign.value().isEmpty()) {
            return Optional.of(assign);
        }
        Expression right = assign.value().get();
        boolean plain = !assign.unpack() && assign.annotation().isEmpty();
        if (plain
                && assign.targets().get(0) instanceof Expression.Name name
                && right instanceof Expression.Call call) {
            Evaluated stored =
                    calls.rewrite(
                            scope, call, Destination.variable(name, unpacked(name, scope.rest)));
            scope.variables.put(name.id(), stored.value());
            return stored.expression().equals(name)
                    ? Optional.empty()
                    : Optional.of(copy(scope, assign, stored.expression()));
        }
        Optional<Type> declared = assign.annotation().map(TypeReader::read);
        Evaluated value =
                right instanceof Expression.Call call
                        ? calls.rewrite(
                                scope,
                                call,
                                assign.unpack()
                                        ? Destination.unpacked(assign.targets())
                                        : Destination.FRESH)
                        : expressions.rewrite(scope, right);
        for (int i = 0; i < assign.targets().size(); i++) {
            if (assign.targets().get(i) instanceof Expression.Name name) {
                scope.variables.put(
                        name.id(),
                        assign.unpack()
                                ? element(value.value(), i)
                                : declared.map(value.value()::withType).orElse(value.value()));
            }
        }
        return Optional.of(copy(scope, assign, value.expression()));
    }

    private static Statement copy(Scope scope, Statement.Assign assign, Expression value) {
        return new Statement.Assign(
                scope.line,
                assign.targets(),
                assign.unpack(),
                assign.annotation(),
                Optional.of(value));
    }

    private static KnownValue element(KnownValue container, int index) {
        if (index < container.elements().size()) {
            return container.elements().get(index);
        }
        if (container.type() instanceof Type.TupleType tuple && index < tuple.elements().size()) {
            return KnownValue.of(tuple.elements().get(index));
        }
        return container.type() instanceof Type.ListType list
                ? KnownValue.of(list.element())
                : KnownValue.UNKNOWN;
    }

    /** Into how many variables a later statement of this block unpacks a variable. */
    private static int unpacked(Expression.Name name, List<Statement> rest) {
        for (Statement statement : rest) {
            if (statement instanceof Statement.Assign assign) {
                if (assign.unpack() && assign.value().equals(Optional.of(name))) {
                    return assign.targets().size();
                }
                if (assign.targets().contains(name)) {
                    return 0;
                }
            }
        }
        return 0;
    }

    @Override
    public Optional<Statement> visitReturn(Statement.Return result, Scope scope)
            throws MalformedModelException {
        if (result.value().isEmpty()) {
            scope.frame.results().add(KnownValue.of(Type.Basic.NONE));
            return Optional.of(result);
        }
        Evaluated value = expressions.rewrite(scope, result.value().get());
        scope.frame.results().add(value.value());
        return Optional.of(new Statement.Return(scope.line, Optional.of(value.expression())));
    }

    @Override
    public Optional<Statement> visitIf(Statement.If branch, Scope scope)
            throws MalformedModelException {
        Evaluated test = expressions.rewrite(scope, branch.test());
        Optional<Boolean> truth = test.value().truth();
        if (truth.isPresent()) {
            // The side that never runs stays as it is; the other is part of this block.
            List<Statement> live = truth.get() ? branch.then() : branch.otherwise();
            Scope inner = scope.inner(scope.block);
            rewrite(inner, live);
            scope.variables.putAll(inner.variables);
            List<Statement> copy = List.copyOf(inner.out);
            return Optional.of(
                    new Statement.If(
                            scope.line,
                            test.expression(),
                            truth.get() ? copy : branch.then(),
                            truth.get() ? branch.otherwise() : copy));
        }
        CallCounter before = injection.counter.copy();
        Scope then = scope.inner(injection.newBlock());
        rewrite(then, branch.then());
        CallCounter afterThen = injection.counter;
        injection.counter = before;
        Scope otherwise = scope.inner(injection.newBlock());
        rewrite(otherwise, branch.otherwise());
        injection.counter.atLeast(afterThen);
        merge(scope, then, otherwise);
        return Optional.of(
                new Statement.If(
                        scope.line,
                        test.expression(),
                        List.copyOf(then.out),
                        List.copyOf(otherwise.out)));
    }

    private static void merge(Scope scope, Scope then, Scope otherwise) {
        Set<String> names = new HashSet<>(then.variables.keySet());
        names.addAll(otherwise.variables.keySet());
        for (String name : names) {
            KnownValue a = then.variables.get(name);
            KnownValue b = otherwise.variables.get(name);
            scope.variables.put(name, a == null ? b : b == null ? a : a.join(b));
        }
    }

    private Scope loop(Scope scope, List<Statement> statements, List<Expression> targets)
            throws MalformedModelException {
        Scope body = scope.inner(injection.newBlock());
        for (String name : new AssignedVariables().scan(statements, new HashSet<>())) {
            // The next iteration begins with what this one leaves.
            KnownValue before = body.variables.get(name);
            if (before != null) {
                body.variables.put(name, KnownValue.of(before.type()));
            }
        }
        for (Expression target : targets) {
            if (target instanceof Expression.Name name) {
                body.variables.put(name.id(), KnownValue.of(Type.Basic.INT));
            }
        }
        rewrite(body, statements);
        for (Map.Entry<String, KnownValue> variable : body.variables.entrySet()) {
            KnownValue before = scope.variables.get(variable.getKey());
            scope.variables.put(
                    variable.getKey(),
                    before == null
                            ? KnownValue.of(variable.getValue().type())
                            : before.join(variable.getValue()));
        }
        return body;
    }

    /** Gathers what statements assign to. */
    private static final class AssignedVariables extends StatementScanner<Set<String>> {

        @Override
        public Set<String> visitAssign(Statement.Assign assign, Set<String> names) {
            assign.targets().forEach(t -> t.dottedName().ifPresent(names::add));
            return names;
        }

        @Override
        public Set<String> visitNested(Statement.Nested nested, Set<String> names) {
            // A function has variables of its own.
            return names;
        }
    }
}
