package io.rangefinder.capture.torchscript;

/**
 * A pass over statements: what it does at each kind of node. Passes that look for something in all
 * of them are a {@link StatementScanner}.
 *
 * @param <R> what the pass makes of a node
 * @param <P> what it carries along
 * @param <E> what it may throw; {@link RuntimeException} if that is nothing in particular
 */
public interface StatementVisitor<R, P, E extends Exception> {

    /**
     * Sees {@link Statement.Assign}.
     *
     * @param assign the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitAssign(Statement.Assign assign, P parameter) throws E;

    /**
     * Sees {@link Statement.AugAssign}.
     *
     * @param assign the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitAugAssign(Statement.AugAssign assign, P parameter) throws E;

    /**
     * Sees {@link Statement.ExprStmt}.
     *
     * @param statement the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitExprStmt(Statement.ExprStmt statement, P parameter) throws E;

    /**
     * Sees {@link Statement.Return}.
     *
     * @param result the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitReturn(Statement.Return result, P parameter) throws E;

    /**
     * Sees {@link Statement.If}.
     *
     * @param branch the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitIf(Statement.If branch, P parameter) throws E;

    /**
     * Sees {@link Statement.While}.
     *
     * @param loop the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitWhile(Statement.While loop, P parameter) throws E;

    /**
     * Sees {@link Statement.For}.
     *
     * @param loop the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitFor(Statement.For loop, P parameter) throws E;

    /**
     * Sees {@link Statement.With}.
     *
     * @param with the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitWith(Statement.With with, P parameter) throws E;

    /**
     * Sees {@link Statement.Fail}.
     *
     * @param fail the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitFail(Statement.Fail fail, P parameter) throws E;

    /**
     * Sees {@link Statement.Simple}.
     *
     * @param simple the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitSimple(Statement.Simple simple, P parameter) throws E;

    /**
     * Sees {@link Statement.Delete}.
     *
     * @param delete the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitDelete(Statement.Delete delete, P parameter) throws E;

    /**
     * Sees {@link Statement.Nested}.
     *
     * @param nested the statement
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitNested(Statement.Nested nested, P parameter) throws E;
}
