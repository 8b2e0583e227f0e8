package io.rangefinder.capture.hooks;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Copies statements. */
final class BodyRewriter {

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
            statement(scope, statements.get(i), statements.subList(i + 1, statements.size()));
        }
    }

    private void statement(Scope scope, Statement statement, List<Statement> rest)
            throws MalformedModelException {
        injection.generated.countStatement();
        scope.line = statement.line();
        if (statement instanceof Statement.Assign assign) {
            assign(scope, assign, rest);
        } else if (statement instanceof Statement.ExprStmt evaluate) {
            Expression copy =
                    evaluate.expression() instanceof Expression.Call call
                            ? calls.rewrite(scope, call, Destination.NOWHERE).expression()
                            : expressions.rewrite(scope, evaluate.expression()).expression();
            if (!(copy instanceof Expression.Name)) {
                scope.out.add(new Statement.ExprStmt(scope.line, copy));
            }
        } else if (statement instanceof Statement.Return result) {
            returned(scope, result);
        } else if (statement instanceof Statement.If branch) {
            branch(scope, branch);
        } else if (statement instanceof Statement.While loop) {
            Scope body = loop(scope, loop.body(), List.of());
            scope.out.add(new Statement.While(scope.line, loop.test(), List.copyOf(body.out)));
        } else if (statement instanceof Statement.For loop) {
            Evaluated over = expressions.rewrite(scope, loop.iterable());
            Scope body = loop(scope, loop.body(), loop.targets());
            scope.out.add(
                    new Statement.For(
                            scope.line, loop.targets(), over.expression(), List.copyOf(body.out)));
        } else if (statement instanceof Statement.With with) {
            Evaluated item = expressions.rewrite(scope, with.item());
            Scope body = scope.inner(scope.block);
            rewrite(body, with.body());
            scope.variables.putAll(body.variables);
            scope.out.add(
                    new Statement.With(
                            scope.line, item.expression(), with.target(), List.copyOf(body.out)));
        } else {
            if (statement instanceof Statement.Nested) {
                injection.unobserved.add(
                        "what "
                                + (scope.frame.path().isEmpty() ? "the model" : scope.frame.path())
                                + " forks is not observed: it runs beside the rest");
            }
            if (statement instanceof Statement.AugAssign) {
                // It changes a tensor in place.
                injection.epoch++;
            }
            scope.out.add(statement);
        }
    }

    private void assign(Scope scope, Statement.Assign assign, List<Statement> rest)
            throws MalformedModelException {
        if (assign.value().isEmpty()) {
            scope.out.add(assign);
            return;
        }
        Expression right = assign.value().get();
        boolean plain = !assign.unpack() && assign.annotation().isEmpty();
        if (plain
                && assign.targets().get(0) instanceof Expression.Name name
                && right instanceof Expression.Call call) {
            Evaluated stored =
                    calls.rewrite(scope, call, Destination.variable(name, unpacked(name, rest)));
            if (!stored.expression().equals(name)) {
                store(scope, assign, stored.expression());
            }
            scope.variables.put(name.id(), stored.value());
            return;
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
        store(scope, assign, value.expression());
        for (int i = 0; i < assign.targets().size(); i++) {
            if (assign.targets().get(i) instanceof Expression.Name name) {
                scope.variables.put(
                        name.id(),
                        assign.unpack()
                                ? element(value.value(), i)
                                : declared.map(value.value()::withType).orElse(value.value()));
            }
        }
    }

    private static void store(Scope scope, Statement.Assign assign, Expression value) {
        scope.out.add(
                new Statement.Assign(
                        scope.line,
                        assign.targets(),
                        assign.unpack(),
                        assign.annotation(),
                        Optional.of(value)));
    }

    private static Value element(Value container, int index) {
        if (index < container.elements().size()) {
            return container.elements().get(index);
        }
        if (container.type() instanceof Type.TupleType tuple && index < tuple.elements().size()) {
            return Value.of(tuple.elements().get(index));
        }
        return container.type() instanceof Type.ListType list
                ? Value.of(list.element())
                : Value.UNKNOWN;
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

    private void returned(Scope scope, Statement.Return result) throws MalformedModelException {
        if (result.value().isEmpty()) {
            scope.out.add(result);
            scope.frame.results().add(Value.of(Type.Basic.NONE));
            return;
        }
        Evaluated value = expressions.rewrite(scope, result.value().get());
        scope.out.add(new Statement.Return(scope.line, Optional.of(value.expression())));
        scope.frame.results().add(value.value());
    }

    private void branch(Scope scope, Statement.If branch) throws MalformedModelException {
        Evaluated test = expressions.rewrite(scope, branch.test());
        Optional<Boolean> truth = test.value().truth();
        if (truth.isPresent()) {
            // The side that never runs stays as it is; the other is part of this block.
            List<Statement> live = truth.get() ? branch.then() : branch.otherwise();
            Scope inner = scope.inner(scope.block);
            rewrite(inner, live);
            scope.variables.putAll(inner.variables);
            List<Statement> copy = List.copyOf(inner.out);
            scope.out.add(
                    new Statement.If(
                            scope.line,
                            test.expression(),
                            truth.get() ? copy : branch.then(),
                            truth.get() ? branch.otherwise() : copy));
            return;
        }
        CallCounter before = injection.counter.copy();
        Scope then = scope.inner(injection.newBlock());
        rewrite(then, branch.then());
        CallCounter afterThen = injection.counter;
        injection.counter = before;
        Scope otherwise = scope.inner(injection.newBlock());
        rewrite(otherwise, branch.otherwise());
        injection.counter.atLeast(afterThen);
        scope.out.add(
                new Statement.If(
                        scope.line,
                        test.expression(),
                        List.copyOf(then.out),
                        List.copyOf(otherwise.out)));
        merge(scope, then, otherwise);
    }

    private static void merge(Scope scope, Scope then, Scope otherwise) {
        Set<String> names = new HashSet<>(then.variables.keySet());
        names.addAll(otherwise.variables.keySet());
        for (String name : names) {
            Value a = then.variables.get(name);
            Value b = otherwise.variables.get(name);
            scope.variables.put(name, a == null ? b : b == null ? a : a.join(b));
        }
    }

    private Scope loop(Scope scope, List<Statement> statements, List<Expression> targets)
            throws MalformedModelException {
        Scope body = scope.inner(injection.newBlock());
        Set<String> assigned = new HashSet<>();
        assigned(statements, assigned);
        for (String name : assigned) {
            // The next iteration begins with what this one leaves.
            Value before = body.variables.get(name);
            if (before != null) {
                body.variables.put(name, Value.of(before.type()));
            }
        }
        for (Expression target : targets) {
            if (target instanceof Expression.Name name) {
                body.variables.put(name.id(), Value.of(Type.Basic.INT));
            }
        }
        rewrite(body, statements);
        for (Map.Entry<String, Value> variable : body.variables.entrySet()) {
            Value before = scope.variables.get(variable.getKey());
            scope.variables.put(
                    variable.getKey(),
                    before == null
                            ? Value.of(variable.getValue().type())
                            : before.join(variable.getValue()));
        }
        return body;
    }

    private static void assigned(List<Statement> statements, Set<String> names) {
        for (Statement statement : statements) {
            List<List<Statement>> inner = new ArrayList<>();
            if (statement instanceof Statement.Assign assign) {
                assign.targets().forEach(t -> t.dottedName().ifPresent(names::add));
            } else if (statement instanceof Statement.If branch) {
                inner.add(branch.then());
                inner.add(branch.otherwise());
            } else if (statement instanceof Statement.While loop) {
                inner.add(loop.body());
            } else if (statement instanceof Statement.For loop) {
                inner.add(loop.body());
            } else if (statement instanceof Statement.With with) {
                inner.add(with.body());
            }
            inner.forEach(block -> assigned(block, names));
        }
    }
}
