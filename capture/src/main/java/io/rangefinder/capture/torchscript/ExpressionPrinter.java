package io.rangefinder.capture.torchscript;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Appends the text of expressions. Stateless. */
final class ExpressionPrinter
        implements ExpressionVisitor<StringBuilder, StringBuilder, RuntimeException> {

    @Override
    public StringBuilder visitName(Expression.Name name, StringBuilder out) {
        return out.append(name.id());
    }

    @Override
    public StringBuilder visitLiteral(Expression.Literal literal, StringBuilder out) {
        return out.append(literal.text());
    }

    @Override
    public StringBuilder visitAttribute(Expression.Attribute attribute, StringBuilder out) {
        return target(attribute.target(), out).append('.').append(attribute.name());
    }

    @Override
    public StringBuilder visitSubscript(Expression.Subscript subscript, StringBuilder out) {
        target(subscript.target(), out).append('[');
        return list(subscript.indices(), out).append(']');
    }

    @Override
    public StringBuilder visitSlice(Expression.Slice slice, StringBuilder out) {
        slice.from().ifPresent(from -> from.accept(this, out));
        out.append(':');
        slice.to().ifPresent(to -> to.accept(this, out));
        slice.step().ifPresent(step -> step.accept(this, out.append(':')));
        return out;
    }

    @Override
    public StringBuilder visitCall(Expression.Call call, StringBuilder out) {
        target(call.callee(), out).append('(');
        list(call.arguments(), out);
        String separator = call.arguments().isEmpty() ? "" : ", ";
        for (Expression.Keyword keyword : call.keywords()) {
            out.append(separator).append(keyword.name()).append('=');
            keyword.value().accept(this, out);
            separator = ", ";
        }
        return out.append(')');
    }

    @Override
    public StringBuilder visitListLiteral(Expression.ListLiteral list, StringBuilder out) {
        return list(list.elements(), out.append('[')).append(']');
    }

    @Override
    public StringBuilder visitTupleLiteral(Expression.TupleLiteral tuple, StringBuilder out) {
        list(tuple.elements(), out.append('('));
        return out.append(tuple.elements().size() == 1 ? ",)" : ")");
    }

    @Override
    public StringBuilder visitDictLiteral(Expression.DictLiteral dict, StringBuilder out) {
        String separator = "{";
        for (Expression.Entry entry : dict.entries()) {
            entry.key().accept(this, out.append(separator)).append(": ");
            entry.value().accept(this, out);
            separator = ", ";
        }
        return out.append(dict.entries().isEmpty() ? "{}" : "}");
    }

    @Override
    public StringBuilder visitUnary(Expression.Unary unary, StringBuilder out) {
        out.append(unary.operator()).append(unary.operator().equals("not") ? " " : "");
        return operand(unary.operand(), out);
    }

    @Override
    public StringBuilder visitBinary(Expression.Binary binary, StringBuilder out) {
        operand(binary.left(), out).append(' ').append(binary.operator()).append(' ');
        return operand(binary.right(), out);
    }

    @Override
    public StringBuilder visitTernaryIf(Expression.TernaryIf ternary, StringBuilder out) {
        operand(ternary.whenTrue(), out).append(" if ");
        operand(ternary.test(), out).append(" else ");
        return operand(ternary.whenFalse(), out);
    }

    /** With commas between. */
    StringBuilder list(List<Expression> expressions, StringBuilder out) {
        Iterator<Expression> left = expressions.iterator();
        while (left.hasNext()) {
            left.next().accept(this, out).append(left.hasNext() ? ", " : "");
        }
        return out;
    }

    /** What stands before a dot, a bracket or a call; PyTorch puts values in parentheses there. */
    private StringBuilder target(Expression expression, StringBuilder out) {
        Optional<String> name = expression.dottedName();
        return name.isPresent() ? out.append(name.get()) : parenthesized(expression, out);
    }

    private StringBuilder operand(Expression expression, StringBuilder out) {
        boolean compound =
                expression instanceof Expression.Binary
                        || expression instanceof Expression.Unary
                        || expression instanceof Expression.TernaryIf;
        return compound ? parenthesized(expression, out) : expression.accept(this, out);
    }

    private StringBuilder parenthesized(Expression expression, StringBuilder out) {
        return expression.accept(this, out.append('(')).append(')');
    }
}
