package io.rangefinder.capture.torchscript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads classes, functions and statements. */
final class Parser extends ExpressionParser {

    private static final Set<String> AUGMENTED =
            Set.of(
                    "+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", "**=", ">>=",
                    "<<=");

    private final String text;

    Parser(String file, String text) throws TorchScriptSyntaxException {
        super(file, new Lexer(file, text).tokens());
        this.text = text;
    }

    SourceFile file() throws TorchScriptSyntaxException {
        List<ClassDef> classes = new ArrayList<>();
        List<FunctionDef> functions = new ArrayList<>();
        while (!at(Token.Kind.END)) {
            if (at("class")) {
                classes.add(classDef());
            } else if (at("def")) {
                functions.add(function());
            } else if (at(Token.Kind.NAME)) {
                // Old archives begin with "op_version_set = 1".
                statement();
            } else {
                throw error("expected a class or a function but found " + peek());
            }
        }
        return new SourceFile(file, text, List.copyOf(classes), List.copyOf(functions));
    }

    private ClassDef classDef() throws TorchScriptSyntaxException {
        int line = expect("class").line();
        String name = expect(Token.Kind.NAME, "the class's name").text();
        List<Expression> bases = new ArrayList<>();
        if (accept("(")) {
            while (!at(")")) {
                bases.add(expression());
                if (!accept(",")) {
                    break;
                }
            }
            expect(")");
        }
        expect(":");
        expect(Token.Kind.NEWLINE, "the end of the line");
        String indent = expect(Token.Kind.INDENT, "an indented class body").text();
        List<ClassDef.AttributeDef> attributes = new ArrayList<>();
        List<FunctionDef> methods = new ArrayList<>();
        while (!at(Token.Kind.DEDENT)) {
            if (at("def")) {
                methods.add(function());
            } else {
                attribute(statement()).ifPresent(attributes::add);
            }
        }
        int end = take().offset();
        return new ClassDef(
                line,
                name,
                List.copyOf(bases),
                List.copyOf(attributes),
                List.copyOf(methods),
                indent,
                end);
    }

    private Optional<ClassDef.AttributeDef> attribute(Statement statement)
            throws TorchScriptSyntaxException {
        if (statement instanceof Statement.Simple) {
            return Optional.empty();
        }
        if (statement instanceof Statement.Assign assign && assign.targets().size() == 1) {
            Expression target = assign.targets().get(0);
            if (target instanceof Expression.Name name) {
                return Optional.of(
                        new ClassDef.AttributeDef(name.id(), assign.annotation(), assign.value()));
            }
            // __annotations__["0"] = T declares an attribute whose name is no identifier.
            if (target instanceof Expression.Subscript subscript
                    && subscript.target().equals(new Expression.Name("__annotations__"))
                    && subscript.indices().get(0) instanceof Expression.Literal key
                    && key.stringValue().isPresent()) {
                return Optional.of(
                        new ClassDef.AttributeDef(
                                key.stringValue().get(), assign.value(), Optional.empty()));
            }
        }
        throw new TorchScriptSyntaxException(
                file, statement.line(), "a class may hold attributes and methods only");
    }

    private FunctionDef function() throws TorchScriptSyntaxException {
        int line = expect("def").line();
        String name = expect(Token.Kind.NAME, "the function's name").text();
        expect("(");
        List<FunctionDef.Parameter> parameters = new ArrayList<>();
        while (!at(")")) {
            accept("*");
            String parameter = expect(Token.Kind.NAME, "a parameter's name").text();
            Optional<Expression> type = accept(":") ? Optional.of(expression()) : Optional.empty();
            Optional<Expression> defaultValue =
                    accept("=") ? Optional.of(expression()) : Optional.empty();
            parameters.add(new FunctionDef.Parameter(parameter, type, defaultValue));
            if (!accept(",")) {
                break;
            }
        }
        expect(")");
        Optional<Expression> returns = accept("->") ? Optional.of(expression()) : Optional.empty();
        return new FunctionDef(line, name, List.copyOf(parameters), returns, block());
    }

    private List<Statement> block() throws TorchScriptSyntaxException {
        expect(":");
        enter();
        List<Statement> statements = new ArrayList<>();
        if (at(Token.Kind.NEWLINE)) {
            take();
            expect(Token.Kind.INDENT, "an indented block");
            while (!at(Token.Kind.DEDENT)) {
                statements.add(statement());
            }
            take();
        } else {
            statements.add(statement());
        }
        leave();
        return List.copyOf(statements);
    }

    private Statement statement() throws TorchScriptSyntaxException {
        int line = peek().line();
        if (at(Token.Kind.NAME)) {
            switch (peek().text()) {
                case "def":
                    return new Statement.Nested(line, function());
                case "if":
                    return ifStatement();
                case "while":
                    take();
                    return new Statement.While(line, expression(), block());
                case "for":
                    return forStatement();
                case "with":
                    return withStatement();
                default:
                    break;
            }
        }
        Statement result = simpleStatement(line);
        if (!accept(";")) {
            expect(Token.Kind.NEWLINE, "the end of the line");
        }
        return result;
    }

    private Statement ifStatement() throws TorchScriptSyntaxException {
        int line = take().line();
        Expression test = expression();
        List<Statement> then = block();
        if (at("elif")) {
            enter();
            List<Statement> otherwise = List.of(ifStatement());
            leave();
            return new Statement.If(line, test, then, otherwise);
        }
        return new Statement.If(line, test, then, accept("else") ? block() : List.of());
    }

    private Statement forStatement() throws TorchScriptSyntaxException {
        int line = take().line();
        List<Expression> targets = new ArrayList<>();
        do {
            targets.add(new Expression.Name(expect(Token.Kind.NAME, "a loop variable").text()));
        } while (accept(",") && !at("in"));
        expect("in");
        return new Statement.For(line, List.copyOf(targets), expressionList(), block());
    }

    private Statement withStatement() throws TorchScriptSyntaxException {
        int line = take().line();
        Expression item = expression();
        Optional<Expression> target = accept("as") ? Optional.of(expression()) : Optional.empty();
        return new Statement.With(line, item, target, block());
    }

    private Statement simpleStatement(int line) throws TorchScriptSyntaxException {
        if (at(Token.Kind.NAME)) {
            String word = peek().text();
            switch (word) {
                case "return":
                    take();
                    return new Statement.Return(
                            line,
                            startsExpression() ? Optional.of(expressionList()) : Optional.empty());
                case "pass", "break", "continue":
                    take();
                    return new Statement.Simple(line, word);
                case "raise", "assert":
                    take();
                    return new Statement.Fail(line, word, listed());
                case "del":
                    take();
                    return new Statement.Delete(line, listed());
                default:
                    break;
            }
        }
        return assignment(line);
    }

    private List<Expression> listed() throws TorchScriptSyntaxException {
        List<Expression> result = new ArrayList<>();
        while (startsExpression()) {
            result.add(expression());
            if (!accept(",")) {
                break;
            }
        }
        return List.copyOf(result);
    }

    private Statement assignment(int line) throws TorchScriptSyntaxException {
        Expression first = expressionList();
        if (accept(":")) {
            Expression type = expression();
            Optional<Expression> value =
                    accept("=") ? Optional.of(expressionList()) : Optional.empty();
            return new Statement.Assign(line, List.of(first), false, Optional.of(type), value);
        }
        if (accept("=")) {
            Expression value = expressionList();
            if (first instanceof Expression.TupleLiteral tuple) {
                return new Statement.Assign(
                        line, tuple.elements(), true, Optional.empty(), Optional.of(value));
            }
            return new Statement.Assign(
                    line, List.of(first), false, Optional.empty(), Optional.of(value));
        }
        if (at(Token.Kind.OPERATOR) && AUGMENTED.contains(peek().text())) {
            String operator = take().text();
            return new Statement.AugAssign(line, first, operator, expressionList());
        }
        return new Statement.ExprStmt(line, first);
    }
}
