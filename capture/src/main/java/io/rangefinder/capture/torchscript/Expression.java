package io.rangefinder.capture.torchscript;

import java.util.List;
import java.util.Optional;

/** An expression, as written. Types are expressions too: {@code Optional[Tensor]}. Immutable. */
public sealed interface Expression {

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
    <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter) throws E;

    /**
     * A name: a variable, {@code torch}, {@code ops}, {@code __torch__}, {@code CONSTANTS}, ….
     *
     * @param id the name
     */
    record Name(String id) implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitName(this, parameter);
        }
    }

    /**
     * A number, a string, {@code True}, {@code False}, {@code None} or {@code ...}, kept as it was
     * written so that not one bit of a constant changes on the way back to text.
     *
     * @param text the source text
     */
    record Literal(String text) implements Expression {

        /**
         * A string literal.
         *
         * @param value the text
         * @return the literal, quoted as PyTorch does
         */
        public static Literal ofString(String value) {
            return new Literal(StringLiteral.encode(value));
        }

        /**
         * The value of a string literal.
         *
         * @return the text between the quotes with escapes resolved, or empty if this is no string
         */
        public Optional<String> stringValue() {
            return StringLiteral.decode(text);
        }

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitLiteral(this, parameter);
        }
    }

    /**
     * {@code target.name}.
     *
     * @param target what is looked into
     * @param name the attribute
     */
    record Attribute(Expression target, String name) implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitAttribute(this, parameter);
        }
    }

    /**
     * {@code target[index, …]}.
     *
     * @param target what is indexed
     * @param indices one or more indices, {@link Slice slices} among them
     */
    record Subscript(Expression target, List<Expression> indices) implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitSubscript(this, parameter);
        }
    }

    /**
     * {@code from:to:step} within a subscript.
     *
     * @param from the first index
     * @param to the index after the last
     * @param step the step
     */
    record Slice(Optional<Expression> from, Optional<Expression> to, Optional<Expression> step)
            implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitSlice(this, parameter);
        }
    }

    /**
     * {@code callee(arguments, keyword=value)}.
     *
     * @param callee what is called
     * @param arguments the positional arguments
     * @param keywords the keyword arguments
     */
    record Call(Expression callee, List<Expression> arguments, List<Keyword> keywords)
            implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitCall(this, parameter);
        }
    }

    /**
     * {@code name=value} in a call.
     *
     * @param name the parameter
     * @param value its argument
     */
    record Keyword(String name, Expression value) {}

    /**
     * {@code [a, b]}.
     *
     * @param elements the elements
     */
    record ListLiteral(List<Expression> elements) implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitListLiteral(this, parameter);
        }
    }

    /**
     * {@code (a, b)}.
     *
     * @param elements the elements
     */
    record TupleLiteral(List<Expression> elements) implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitTupleLiteral(this, parameter);
        }
    }

    /**
     * {@code {k: v}}.
     *
     * @param entries the entries in order
     */
    record DictLiteral(List<Entry> entries) implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitDictLiteral(this, parameter);
        }
    }

    /**
     * {@code key: value} in a dict.
     *
     * @param key the key
     * @param value the value
     */
    record Entry(Expression key, Expression value) {}

    /**
     * {@code -x}, {@code ~x}, {@code not x}, {@code *x}.
     *
     * @param operator the operator as written
     * @param operand its operand
     */
    record Unary(String operator, Expression operand) implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitUnary(this, parameter);
        }
    }

    /**
     * {@code a + b}, {@code a is not b}, {@code a and b}, ….
     *
     * @param operator the operator as written
     * @param left the left operand
     * @param right the right operand
     */
    record Binary(String operator, Expression left, Expression right) implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitBinary(this, parameter);
        }
    }

    /**
     * {@code a if test else b}.
     *
     * @param test the condition
     * @param whenTrue the value if it holds
     * @param whenFalse the value if not
     */
    record TernaryIf(Expression test, Expression whenTrue, Expression whenFalse)
            implements Expression {

        @Override
        public <R, P, E extends Exception> R accept(ExpressionVisitor<R, P, E> visitor, P parameter)
                throws E {
            return visitor.visitTernaryIf(this, parameter);
        }
    }

    /**
     * A call with positional arguments.
     *
     * @param callee what is called
     * @param arguments the arguments
     * @return the call
     */
    static Call call(Expression callee, Expression... arguments) {
        return new Call(callee, List.of(arguments), List.of());
    }

    /**
     * A dotted name such as {@code torch.add}.
     *
     * @param path names between dots
     * @return the name or the attribute of a name
     */
    static Expression dotted(String path) {
        Expression result = null;
        for (String part : path.split("\\.")) {
            result = result == null ? new Name(part) : new Attribute(result, part);
        }
        return result;
    }

    /**
     * The way back of {@link #dotted}.
     *
     * @return the dotted name, or empty if this is anything but a name or attributes of a name
     */
    default Optional<String> dottedName() {
        if (this instanceof Name name) {
            return Optional.of(name.id());
        }
        if (this instanceof Attribute attribute) {
            return attribute.target().dottedName().map(t -> t + "." + attribute.name());
        }
        return Optional.empty();
    }
}
