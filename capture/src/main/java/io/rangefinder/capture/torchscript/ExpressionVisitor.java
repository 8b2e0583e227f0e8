package io.rangefinder.capture.torchscript;

/**
 * A pass over expressions: what it does at each kind of node. Whether it goes on to a node's
 * children is up to the pass ({@code child.accept(this, parameter)}); the parser bounds how deep
 * they nest.
 *
 * @param <R> what the pass makes of a node
 * @param <P> what it carries along
 * @param <E> what it may throw; {@link RuntimeException} if that is nothing in particular
 */
public interface ExpressionVisitor<R, P, E extends Exception> {

    /**
     * Sees {@link Expression.Name}.
     *
     * @param name the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitName(Expression.Name name, P parameter) throws E;

    /**
     * Sees {@link Expression.Literal}.
     *
     * @param literal the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitLiteral(Expression.Literal literal, P parameter) throws E;

    /**
     * Sees {@link Expression.Attribute}.
     *
     * @param attribute the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitAttribute(Expression.Attribute attribute, P parameter) throws E;

    /**
     * Sees {@link Expression.Subscript}.
     *
     * @param subscript the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitSubscript(Expression.Subscript subscript, P parameter) throws E;

    /**
     * Sees {@link Expression.Slice}.
     *
     * @param slice the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitSlice(Expression.Slice slice, P parameter) throws E;

    /**
     * Sees {@link Expression.Call}.
     *
     * @param call the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitCall(Expression.Call call, P parameter) throws E;

    /**
     * Sees {@link Expression.ListLiteral}.
     *
     * @param list the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitListLiteral(Expression.ListLiteral list, P parameter) throws E;

    /**
     * Sees {@link Expression.TupleLiteral}.
     *
     * @param tuple the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitTupleLiteral(Expression.TupleLiteral tuple, P parameter) throws E;

    /**
     * Sees {@link Expression.DictLiteral}.
     *
     * @param dict the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitDictLiteral(Expression.DictLiteral dict, P parameter) throws E;

    /**
     * Sees {@link Expression.Unary}.
     *
     * @param unary the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitUnary(Expression.Unary unary, P parameter) throws E;

    /**
     * Sees {@link Expression.Binary}.
     *
     * @param binary the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitBinary(Expression.Binary binary, P parameter) throws E;

    /**
     * Sees {@link Expression.TernaryIf}.
     *
     * @param ternary the expression
     * @param parameter what the pass carries along
     * @return the pass's result
     * @throws E whatever the pass throws
     */
    R visitTernaryIf(Expression.TernaryIf ternary, P parameter) throws E;
}
