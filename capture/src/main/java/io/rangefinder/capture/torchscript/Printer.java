package io.rangefinder.capture.torchscript;

import java.util.List;

/** Writes statements and expressions back to text that PyTorch's importer reads. */
public final class Printer {

    private static final ExpressionPrinter EXPRESSIONS = new ExpressionPrinter();

    private final StringBuilder out;
    private final Statements statements = new Statements();

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
     * The text of an expression.
     *
     * @param expression the expression
     * @return its text, in parentheses wherever precedence could matter
     */
    public static String text(Expression expression) {
        return expression.accept(EXPRESSIONS, new StringBuilder()).toString();
    }

    /**
     * Prints a function or a method.
     *
     * @param function the function
     * @param indent the white space before {@code def}
     */
    public void function(FunctionDef function, String indent) {
        out.append(indent).append("def ").append(function.name()).append('(');
        String separator = "";
        for (FunctionDef.Parameter parameter : function.parameters()) {
            out.append(separator).append(parameter.name());
            parameter.type().ifPresent(type -> print(": ", type));
            parameter.defaultValue().ifPresent(value -> print("=", value));
            separator = ", ";
        }
        out.append(')');
        function.returns().ifPresent(type -> print(" -> ", type));
        block(function.body(), indent);
    }

    private void block(List<Statement> body, String indent) {
        out.append(":\n");
        String deeper = indent + "  ";
        if (body.isEmpty()) {
            out.append(deeper).append("pass\n");
        }
        for (Statement statement : body) {
            statement.accept(statements, deeper);
        }
    }

    private StringBuilder print(String before, Expression expression) {
        return expression.accept(EXPRESSIONS, out.append(before));
    }

    private StringBuilder print(String before, List<Expression> expressions) {
        return EXPRESSIONS.list(expressions, out.append(before));
    }

    /** Prints each statement after its indent, in lines of its own. */
    private final class Statements
            implements StatementVisitor<StringBuilder, String, RuntimeException> {

        @Override
        public StringBuilder visitAssign(Statement.Assign assign, String indent) {
            print(indent, assign.targets()).append(assign.unpack() ? "," : "");
            assign.annotation().ifPresent(type -> print(" : ", type));
            assign.value().ifPresent(value -> print(" = ", value));
            return out.append('\n');
        }

        @Override
        public StringBuilder visitAugAssign(Statement.AugAssign assign, String indent) {
            print(indent, assign.target());
            return print(" " + assign.operator() + " ", assign.value()).append('\n');
        }

        @Override
        public StringBuilder visitExprStmt(Statement.ExprStmt statement, String indent) {
            return print(indent, statement.expression()).append('\n');
        }

        @Override
        public StringBuilder visitReturn(Statement.Return result, String indent) {
            out.append(indent).append("return");
            result.value().ifPresent(value -> print(" ", value));
            return out.append('\n');
        }

        @Override
        public StringBuilder visitIf(Statement.If branch, String indent) {
            print(indent + "if ", branch.test());
            block(branch.then(), indent);
            if (!branch.otherwise().isEmpty()) {
                out.append(indent).append("else");
                block(branch.otherwise(), indent);
            }
            return out;
        }

        @Override
        public StringBuilder visitWhile(Statement.While loop, String indent) {
            print(indent + "while ", loop.test());
            block(loop.body(), indent);
            return out;
        }

        @Override
        public StringBuilder visitFor(Statement.For loop, String indent) {
            print(indent + "for ", loop.targets());
            print(" in ", loop.iterable());
            block(loop.body(), indent);
            return out;
        }

        @Override
        public StringBuilder visitWith(Statement.With with, String indent) {
            print(indent + "with ", with.item());
            with.target().ifPresent(target -> print(" as ", target));
            block(with.body(), indent);
            return out;
        }

        @Override
        public StringBuilder visitFail(Statement.Fail fail, String indent) {
            return print(indent + fail.keyword() + " ", fail.arguments()).append('\n');
        }

        @Override
        public StringBuilder visitSimple(Statement.Simple simple, String indent) {
            return out.append(indent).append(simple.keyword()).append('\n');
        }

        @Override
        public StringBuilder visitDelete(Statement.Delete delete, String indent) {
            return print(indent + "del ", delete.targets()).append('\n');
        }

        @Override
        public StringBuilder visitNested(Statement.Nested nested, String indent) {
            function(nested.function(), indent);
            return out;
        }
    }
}
