package io.rangefinder.engine.export.interpret;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.torchscript.StatementScanner;
import io.rangefinder.capture.torchscript.StatementVisitor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.List;
import java.util.Optional;

/** Executes statements. */
final class Statements
        implements StatementVisitor<Statements.Next, Frame, MalformedModelException> {

    private static final Forgotten FORGOTTEN = new Forgotten();

    private final Expressions expressions;
    private final Problems problems;
    private final Work work;

    /** What comes after a statement. */
    enum Next {
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
            Next next = statement.accept(this, frame);
            if (next != Next.STATEMENT) {
                return next;
            }
        }
        return Next.STATEMENT;
    }

    @Override
    public Next visitAssign(Statement.Assign assign, Frame frame) throws MalformedModelException {
        if (assign.value().isPresent()) {
            assign(frame, assign, expressions.evaluate(frame, assign.value().get()));
        }
        return Next.STATEMENT;
    }

    @Override
    public Next visitExprStmt(Statement.ExprStmt statement, Frame frame)
            throws MalformedModelException {
        expressions.evaluate(frame, statement.expression());
        return Next.STATEMENT;
    }

    @Override
    public Next visitReturn(Statement.Return result, Frame frame) throws MalformedModelException {
        frame.result =
                Optional.of(
                        result.value().isPresent()
                                ? expressions.evaluate(frame, result.value().get())
                                : Value.None.NONE);
        return Next.RETURN;
    }

    @Override
    public Next visitWith(Statement.With with, Frame frame) throws MalformedModelException {
        expressions.evaluate(frame, with.item());
        return block(frame, with.body());
    }

    @Override
    public Next visitSimple(Statement.Simple simple, Frame frame) {
        return switch (simple.keyword()) {
            case "break" -> Next.LOOP_END;
            case "continue" -> Next.ITERATION;
            default -> Next.STATEMENT;
        };
    }

    @Override
    public Next visitNested(Statement.Nested nested, Frame frame) {
        problems.add(frame, "what is forked (" + nested.function().name() + ")");
        return Next.STATEMENT;
    }

    @Override
    public Next visitDelete(Statement.Delete delete, Frame frame) {
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

    @Override
    public Next visitAugAssign(Statement.AugAssign assign, Frame frame)
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
        return Next.STATEMENT;
    }

    @Override
    public Next visitIf(Statement.If branch, Frame frame) throws MalformedModelException {
        Optional<Boolean> test =
                expressions.truth(frame, expressions.evaluate(frame, branch.test()));
        if (test.isEmpty()) {
            FORGOTTEN.scan(branch.then(), frame);
            FORGOTTEN.scan(branch.otherwise(), frame);
            return Next.STATEMENT;
        }
        return block(frame, test.get() ? branch.then() : branch.otherwise());
    }

    @Override
    public Next visitWhile(Statement.While loop, Frame frame) throws MalformedModelException {
        while (true) {
            work.step();
            Optional<Boolean> test =
                    expressions.truth(frame, expressions.evaluate(frame, loop.test()));
            if (test.isEmpty()) {
                FORGOTTEN.scan(loop.body(), frame);
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

    @Override
    public Next visitFor(Statement.For loop, Frame frame) throws MalformedModelException {
        Value over = expressions.evaluate(frame, loop.iterable());
        List<Value> elements =
                over instanceof Value.ListOf list
                        ? List.copyOf(list.elements())
                        : over instanceof Value.Tuple tuple ? tuple.elements() : List.of();
        if (over == Value.Unknown.UNKNOWN) {
            FORGOTTEN.scan(loop.body(), frame);
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

    @Override
    public Next visitFail(Statement.Fail fail, Frame frame) throws MalformedModelException {
        if (fail.keyword().equals("assert")) {
            Optional<Boolean> holds =
                    expressions.truth(frame, expressions.evaluate(frame, fail.arguments().get(0)));
            if (holds.orElse(true)) {
                return Next.STATEMENT;
            }
        }
        throw problems.stop(frame, "the model raises an error for inputs of these shapes");
    }

    /** What code that may or may not run would assign is no longer known. */
    private static final class Forgotten extends StatementScanner<Frame> {

        @Override
        public Frame visitAssign(Statement.Assign assign, Frame frame) {
            for (Expression target : assign.targets()) {
                if (target instanceof Expression.Name name) {
                    frame.variables.put(name.id(), Value.Unknown.UNKNOWN);
                }
            }
            return frame;
        }

        @Override
        public Frame visitNested(Statement.Nested nested, Frame frame) {
            // A function has variables of its own.
            return frame;
        }
    }
}
