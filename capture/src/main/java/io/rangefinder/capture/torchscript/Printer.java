package io.rangefinder.capture.torchscript;

import java.util.List;
import java.util.StringJoiner;

/** Writes statements and expressions back to text that PyTorch's importer reads. */
public final class Printer {

    private final StringBuilder out;

    /**
     * Prints to a buffer.
     *
     * @param out where the text goes
     */
    public Printer(StringBuilder out) {
        this.out = out;
    }

    /**
     * Writes a string literal, quoted as PyTorch quotes.
     *
     * @param value the string
     * @return its literal
     */
    public static Expression.Literal string(String value) {
        return new Expression.Literal(StringLiteral.encode(value));
    }

    /**
     * Prints a function or a method.
     *
     * @param function the function
     * @param indent the white space before {@code def}
     */
    public void function(FunctionDef function, String indent) {
        StringJoiner parameters = new StringJoiner(", ", "(", ")");
        for (FunctionDef.Parameter parameter : function.parameters()) {
            parameters.add(
                    parameter.name()
                            + parameter.type().map(t -> ": " + text(t)).orElse("")
                            + parameter.defaultValue().map(v -> "=" + text(v)).orElse(""));
        }
        out.append(indent).append("def ").append(function.name()).append(parameters);
        function.returns().ifPresent(type -> out.append(" -> ").append(text(type)));
        block(function.body(), indent);
    }

    private void block(List<Statement> statements, String indent) {
        out.append(":\n");
        String deeper = indent + "  ";
        if (statements.isEmpty()) {
            out.append(deeper).append("pass\n");
        }
        for (Statement statement : statements) {
            statement(statement, deeper);
        }
    }

    private void statement(Statement statement, String indent) {
        if (statement instanceof Statement.Nested nested) {
            function(nested.function(), indent);
            return;
        }
        out.append(indent);
        if (statement instanceof Statement.If branch) {
            out.append("if ").append(text(branch.test()));
            block(branch.then(), indent);
            if (!branch.otherwise().isEmpty()) {
                out.append(indent).append("else");
                block(branch.otherwise(), indent);
            }
        } else if (statement instanceof Statement.While loop) {
            out.append("while ").append(text(loop.test()));
            block(loop.body(), indent);
        } else if (statement instanceof Statement.For loop) {
            out.append("for ").append(joined(loop.targets())).append(" in ");
            out.append(text(loop.iterable()));
            block(loop.body(), indent);
        } else if (statement instanceof Statement.With with) {
            out.append("with ").append(text(with.item()));
            with.target().ifPresent(target -> out.append(" as ").append(text(target)));
            block(with.body(), indent);
        } else {
            out.append(simple(statement)).append('\n');
        }
    }

    private static String simple(Statement statement) {
        if (statement instanceof Statement.Assign assign) {
            return joined(assign.targets())
                    + (assign.unpack() ? "," : "")
                    + assign.annotation().map(type -> " : " + text(type)).orElse("")
                    + assign.value().map(value -> " = " + text(value)).orElse("");
        }
        if (statement instanceof Statement.AugAssign assign) {
            return text(assign.target()) + " " + assign.operator() + " " + text(assign.value());
        }
        if (statement instanceof Statement.ExprStmt evaluate) {
            return text(evaluate.expression());
        }
        if (statement instanceof Statement.Return result) {
            return "return" + result.value().map(value -> " " + text(value)).orElse("");
        }
        if (statement instanceof Statement.Fail fail) {
            return fail.keyword() + " " + joined(fail.arguments());
        }
        if (statement instanceof Statement.Delete delete) {
            return "del " + joined(delete.targets());
        }
        if (statement instanceof Statement.Simple simple) {
            return simple.keyword();
        }
        throw new AssertionError("not a simple statement: " + statement);
    }

    private static String joined(List<Expression> expressions) {
        StringJoiner result = new StringJoiner(", ");
        expressions.forEach(expression -> result.add(text(expression)));
        return result.toString();
    }

    /**
     * The text of an expression.
     *
     * @param expression the expression
     * @return its text, in parentheses wherever precedence could matter
     */
    public static String text(Expression expression) {
        if (expression instanceof Expression.Name name) {
            return name.id();
        }
        if (expression instanceof Expression.Literal literal) {
            return literal.text();
        }
        if (expression instanceof Expression.Attribute attribute) {
            return target(attribute.target()) + "." + attribute.name();
        }
        if (expression instanceof Expression.Subscript subscript) {
            return target(subscript.target()) + "[" + joined(subscript.indices()) + "]";
        }
        if (expression instanceof Expression.Slice slice) {
            return slice.from().map(Printer::text).orElse("")
                    + ":"
                    + slice.to().map(Printer::text).orElse("")
                    + slice.step().map(step -> ":" + text(step)).orElse("");
        }
        if (expression instanceof Expression.Call call) {
            StringJoiner arguments = new StringJoiner(", ", "(", ")");
            call.arguments().forEach(argument -> arguments.add(text(argument)));
            call.keywords().forEach(k -> arguments.add(k.name() + "=" + text(k.value())));
            return target(call.callee()) + arguments;
        }
        if (expression instanceof Expression.ListLiteral list) {
            return "[" + joined(list.elements()) + "]";
        }
        if (expression instanceof Expression.TupleLiteral tuple) {
            return "(" + joined(tuple.elements()) + (tuple.elements().size() == 1 ? ",)" : ")");
        }
        if (expression instanceof Expression.DictLiteral dict) {
            StringJoiner entries = new StringJoiner(", ", "{", "}");
            dict.entries().forEach(e -> entries.add(text(e.key()) + ": " + text(e.value())));
            return entries.toString();
        }
        if (expression instanceof Expression.Unary unary) {
            String space = unary.operator().equals("not") ? " " : "";
            return unary.operator() + space + operand(unary.operand());
        }
        if (expression instanceof Expression.Binary binary) {
            return operand(binary.left()) + " " + binary.operator() + " " + operand(binary.right());
        }
        if (expression instanceof Expression.TernaryIf conditional) {
            return operand(conditional.whenTrue())
                    + " if "
                    + operand(conditional.test())
                    + " else "
                    + operand(conditional.whenFalse());
        }
        throw new AssertionError("not an expression: " + expression);
    }

    /** What stands before a dot, a bracket or a call; PyTorch puts values in parentheses there. */
    private static String target(Expression expression) {
        return expression.dottedName().orElseGet(() -> "(" + text(expression) + ")");
    }

    private static String operand(Expression expression) {
        boolean compound =
                expression instanceof Expression.Binary
                        || expression instanceof Expression.Unary
                        || expression instanceof Expression.TernaryIf;
        return compound ? "(" + text(expression) + ")" : text(expression);
    }
}
