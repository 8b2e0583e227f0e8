package io.rangefinder.capture.torchscript;

import java.util.List;
import java.util.Optional;

/** A statement. Immutable. */
public sealed interface Statement {

    /**
     * Hands this to the method of a visitor that is for its kind.
     *
     * @param visitor the pass
     * @param parameter what the pass carries along
     * @param <R> what the pass makes of a node
     * @param <P> what it carries along
     * @param <E> what it may throw
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter) throws E;

    /**
     * The line that the statement begins on.
     *
     * @return the line in its code file, from 1; 0 for a statement that no file holds
     */
    int line();

    /**
     * {@code a = value}, {@code a, b, = value}, {@code a : T = value} or {@code self.a = value}.
     *
     * @param line the line
     * @param targets what is assigned to; more than one, or a trailing comma, unpacks
     * @param unpack whether the value is unpacked: {@code a, = value} has one target and unpacks
     * @param annotation the type, if one is given
     * @param value the value, missing only in a declaration {@code a : T}
     */
    record Assign(
            int line,
            List<Expression> targets,
            boolean unpack,
            Optional<Expression> annotation,
            Optional<Expression> value)
            implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitAssign(this, parameter);
        }
    }

    /**
     * {@code a += value}.
     *
     * @param line the line
     * @param target what is changed
     * @param operator the operator with its equals sign
     * @param value the operand
     */
    record AugAssign(int line, Expression target, String operator, Expression value)
            implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitAugAssign(this, parameter);
        }
    }

    /**
     * An expression for its effect.
     *
     * @param line the line
     * @param expression the expression
     */
    record ExprStmt(int line, Expression expression) implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitExprStmt(this, parameter);
        }
    }

    /**
     * {@code return value}.
     *
     * @param line the line
     * @param value the value
     */
    record Return(int line, Optional<Expression> value) implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitReturn(this, parameter);
        }
    }

    /**
     * {@code if test: … else: …}.
     *
     * @param line the line
     * @param test the condition
     * @param then what runs if it holds
     * @param otherwise what runs if not, maybe nothing
     */
    record If(int line, Expression test, List<Statement> then, List<Statement> otherwise)
            implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitIf(this, parameter);
        }
    }

    /**
     * {@code while test: …}.
     *
     * @param line the line
     * @param test the condition
     * @param body what is repeated
     */
    record While(int line, Expression test, List<Statement> body) implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitWhile(this, parameter);
        }
    }

    /**
     * {@code for target in iterable: …}.
     *
     * @param line the line
     * @param targets the loop variables
     * @param iterable what is looped over
     * @param body what is repeated
     */
    record For(int line, List<Expression> targets, Expression iterable, List<Statement> body)
            implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitFor(this, parameter);
        }
    }

    /**
     * {@code with item as target: …}.
     *
     * @param line the line
     * @param item the context
     * @param target its name
     * @param body what runs in it
     */
    record With(int line, Expression item, Optional<Expression> target, List<Statement> body)
            implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitWith(this, parameter);
        }
    }

    /**
     * {@code raise error} or {@code assert test, message}.
     *
     * @param line the line
     * @param keyword {@code raise} or {@code assert}
     * @param arguments what follows
     */
    record Fail(int line, String keyword, List<Expression> arguments) implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitFail(this, parameter);
        }
    }

    /**
     * {@code pass}, {@code break} or {@code continue}.
     *
     * @param line the line
     * @param keyword the word
     */
    record Simple(int line, String keyword) implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitSimple(this, parameter);
        }
    }

    /**
     * {@code del a}.
     *
     * @param line the line
     * @param targets what is deleted
     */
    record Delete(int line, List<Expression> targets) implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitDelete(this, parameter);
        }
    }

    /**
     * A function in a function: what PyTorch forks.
     *
     * @param line the line
     * @param function the function
     */
    record Nested(int line, FunctionDef function) implements Statement {

        @Override
        public <R, P, E extends Exception> R accept(StatementVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitNested(this, parameter);
        }
    }
}
