package io.rangefinder.capture.torchscript;

import java.util.List;

/**
 * Looks at statements and at those within them, in the order of the text, and gathers something. A
 * pass says only at which statements it finds what.
 *
 * @param <A> what is gathered
 */
public abstract class StatementScanner<A> implements StatementVisitor<A, A, RuntimeException> {

    /**
     * Looks at statements.
     *
     * @param statements the statements
     * @param soFar what was gathered before
     * @return what is gathered now
     */
    public final A scan(List<Statement> statements, A soFar) {
        A gathered = soFar;
        for (Statement statement : statements) {
            gathered = statement.accept(this, gathered);
        }
        return gathered;
    }

    @Override
    public A visitAssign(Statement.Assign assign, A soFar) {
        return soFar;
    }

    @Override
    public A visitAugAssign(Statement.AugAssign assign, A soFar) {
        return soFar;
    }

    @Override
    public A visitExprStmt(Statement.ExprStmt statement, A soFar) {
        return soFar;
    }

    @Override
    public A visitReturn(Statement.Return result, A soFar) {
        return soFar;
    }

    @Override
    public A visitIf(Statement.If branch, A soFar) {
        return scan(branch.otherwise(), scan(branch.then(), soFar));
    }

    @Override
    public A visitWhile(Statement.While loop, A soFar) {
        return scan(loop.body(), soFar);
    }

    @Override
    public A visitFor(Statement.For loop, A soFar) {
        return scan(loop.body(), soFar);
    }

    @Override
    public A visitWith(Statement.With with, A soFar) {
        return scan(with.body(), soFar);
    }

    @Override
    public A visitFail(Statement.Fail fail, A soFar) {
        return soFar;
    }

    @Override
    public A visitSimple(Statement.Simple simple, A soFar) {
        return soFar;
    }

    @Override
    public A visitDelete(Statement.Delete delete, A soFar) {
        return soFar;
    }

    @Override
    public A visitNested(Statement.Nested nested, A soFar) {
        return scan(nested.function().body(), soFar);
    }
}
