package io.rangefinder.engine.export.interpret;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.List;
import java.util.Optional;

/** Executes statements. */
final class Statements {

    private final Expressions expressions;
    private final Problems problems;
    private final Work work;

    /** What comes after a statement. */
    private enum Next {
        STATEMENT,
        ITERATION,
        LOOP_END,
        RETURN
    }

    Statements(Expressions expressions, Problems problems, Work work) {
        this.expressions = expressions;
        this.problems = problems;
        this.work = work;
    }

    void run(Frame frame, List<Statement> statements) throws MalformedModelException {
        block(frame, statements);
    }

    private Next block(Frame frame, List<Statement> statements) throws MalformedModelException {
        for (Statement statement : statements) {
            work.step();
            if (statement.line() > 0) {
                frame.line = statement.line();
            }
            Next next = statement(frame, statement);
            if (next != Next.STATEMENT) {
                return next;
            }
        }
        return Next.STATEMENT;
    }

    private Next statement(Frame frame, Statement statement) throws MalformedModelException {
        if (statement instanceof Statement.Assign assign) {
            if (assign.value().isPresent()) {
                assign(frame, assign, expressions.evaluate(frame, assign.value().get()));
            }
        } else if (statement instanceof Statement.ExprStmt evaluate) {
            expressions.evaluate(frame, evaluate.expression());
        } else if (statement instanceof Statement.Return result) {
            frame.result =
                    Optional.of(
                            result.value().isPresent()
                                    ? expressions.evaluate(frame, result.value().get())
                                    : Value.None.NONE);
            return Next.RETURN;
        } else if (statement instanceof Statement.If branch) {
            return branch(frame, branch);
        } else if (statement instanceof Statement.While loop) {
            return repeat(frame, loop);
        } else if (statement instanceof Statement.For loop) {
            return each(frame, loop);
        } else if (statement instanceof Statement.With with) {
            expressions.evaluate(frame, with.item());
            return block(frame, with.body());
        } else if (statement instanceof Statement.AugAssign assign) {
            augmented(frame, assign);
        } else if (statement instanceof Statement.Simple simple) {
            return switch (simple.keyword()) {
                case "break" -> Next.LOOP_END;
                case "continue" -> Next.ITERATION;
                default -> Next.STATEMENT;
            };
        } else if (statement instanceof Statement.Fail fail) {
            fail(frame, fail);
        } else if (statement instanceof Statement.Nested nested) {
            problems.add(frame, "what is forked (" + nested.function().name() + ")");
        }
        return Next.STATEMENT;
    }

    private void assign(Frame frame, Statement.Assign assign, Value value)
            throws MalformedModelException {
        if (!assign.unpack()) {
            store(frame, assign.targets().get(0), value);
            return;
        }
        List<Value> parts =
                value instanceof Value.Tuple tuple
                        ? tuple.elements()
                        : value instanceof Value.ListOf list ? list.elements() : List.of();
        if (value != Value.Unknown.UNKNOWN && parts.size() != assign.targets().size()) {
            problems.add(
                    frame, parts.size() + " values for " + assign.targets().size() + " variables");
        }
        for (int i = 0; i < assign.targets().size(); i++) {
            store(
                    frame,
                    assign.targets().get(i),
                    parts.size() == assign.targets().size() ? parts.get(i) : Value.Unknown.UNKNOWN);
        }
    }

    private void store(Frame frame, Expression target, Value value) throws MalformedModelException {
        if (target instanceof Expression.Name name) {
            frame.variables.put(name.id(), value);
        } else if (target instanceof Expression.Attribute attribute
                && expressions.evaluate(frame, attribute.target())
                        instanceof Value.Instance owner) {
            owner.attributes().put(attribute.name(), value);
        } else {
            problems.add(frame, "an assignment to what is no variable");
        }
    }

    private void augmented(Frame frame, Statement.AugAssign assign)
            throws MalformedModelException {
        String operator = assign.operator().substring(0, assign.operator().length() - 1);
        Value changed =
                expressions.evaluate(
                        frame, new Expression.Binary(operator, assign.target(), assign.value()));
        Value before = expressions.evaluate(frame, assign.target());
        if (before instanceof Value.Tensor tensor && changed instanceof Value.Tensor made) {
            tensor.set(made.get());
        } else {
            store(frame, assign.target(), changed);
        }
    }

    private Next branch(Frame frame, Statement.If branch) throws MalformedModelException {
        Optional<Boolean> test =
                expressions.truth(frame, expressions.evaluate(frame, branch.test()));
        if (test.isEmpty()) {
            forget(frame, branch.then());
            forget(frame, branch.otherwise());
            return Next.STATEMENT;
        }
        return block(frame, test.get() ? branch.then() : branch.otherwise());
    }

    private Next repeat(Frame frame, Statement.While loop) throws MalformedModelException {
        while (true) {
            work.step();
            Optional<Boolean> test =
                    expressions.truth(frame, expressions.evaluate(frame, loop.test()));
            if (test.isEmpty()) {
                forget(frame, loop.body());
                return Next.STATEMENT;
            }
            if (!test.get()) {
                return Next.STATEMENT;
            }
            Next next = block(frame, loop.body());
            if (next == Next.RETURN) {
                return next;
            }
            if (next == Next.LOOP_END) {
                return Next.STATEMENT;
            }
        }
    }

    private Next each(Frame frame, Statement.For loop) throws MalformedModelException {
        Value over = expressions.evaluate(frame, loop.iterable());
        List<Value> elements =
                over instanceof Value.ListOf list
                        ? List.copyOf(list.elements())
                        : over instanceof Value.Tuple tuple ? tuple.elements() : List.of();
        if (over == Value.Unknown.UNKNOWN) {
            forget(frame, loop.body());
        }
        for (Value element : elements) {
            if (loop.targets().size() == 1) {
                store(frame, loop.targets().get(0), element);
            } else {
                assign(
                        frame,
                        new Statement.Assign(
                                loop.line(),
                                loop.targets(),
                                true,
                                Optional.empty(),
                                Optional.empty()),
                        element);
            }
            Next next = block(frame, loop.body());
            if (next == Next.RETURN) {
                return next;
            }
            if (next == Next.LOOP_END) {
                break;
            }
        }
        return Next.STATEMENT;
    }

    private void fail(Frame frame, Statement.Fail fail) throws MalformedModelException {
        if (fail.keyword().equals("assert")) {
            Optional<Boolean> holds =
                    expressions.truth(frame, expressions.evaluate(frame, fail.arguments().get(0)));
            if (holds.orElse(true)) {
                return;
            }
        }
        throw problems.stop(frame, "the model raises an error for inputs of these shapes");
    }

    /** What code that may or may not run would assign is no longer known. */
    private void forget(Frame frame, List<Statement> statements) {
        for (Statement statement : statements) {
            if (statement instanceof Statement.Assign assign) {
                for (Expression target : assign.targets()) {
                    if (target instanceof Expression.Name name) {
                        frame.variables.put(name.id(), Value.Unknown.UNKNOWN);
                    }
                }
            } else if (statement instanceof Statement.If branch) {
                forget(frame, branch.then());
                forget(frame, branch.otherwise());
            } else if (statement instanceof Statement.While loop) {
                forget(frame, loop.body());
            } else if (statement instanceof Statement.For loop) {
                forget(frame, loop.body());
            } else if (statement instanceof Statement.With with) {
                forget(frame, with.body());
            }
        }
    }
}
