package io.rangefinder.capture.torchscript;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads expressions with Python's operator precedence. */
class ExpressionParser {

    /** Deeper than PyTorch writes, shallow enough for a thread's stack. */
    private static final int MAX_DEPTH = 400;

    private static final Map<String, Integer> BINARY =
            Map.ofEntries(
                    Map.entry("or", 1),
                    Map.entry("and", 2),
                    Map.entry("in", 4),
                    Map.entry("not in", 4),
                    Map.entry("is", 4),
                    Map.entry("is not", 4),
                    Map.entry("<", 4),
                    Map.entry("<=", 4),
                    Map.entry(">", 4),
                    Map.entry(">=", 4),
                    Map.entry("==", 4),
                    Map.entry("!=", 4),
                    Map.entry("|", 5),
                    Map.entry("^", 6),
                    Map.entry("&", 7),
                    Map.entry("<<", 8),
                    Map.entry(">>", 8),
                    Map.entry("+", 9),
                    Map.entry("-", 9),
                    Map.entry("*", 10),
                    Map.entry("/", 10),
                    Map.entry("//", 10),
                    Map.entry("%", 10),
                    Map.entry("@", 10),
                    Map.entry("**", 12));
    private static final int NOT = 3;
    private static final int SIGN = 11;
    private static final int POWER = 12;

    /** {@code Tuple[()]}, which old versions wrote as {@code Tuple[]}. */
    private static final Expression.Subscript EMPTY_TUPLE =
            new Expression.Subscript(
                    new Expression.Name("Tuple"), List.of(new Expression.TupleLiteral(List.of())));

    final String file;
    private final List<Token> tokens;
    private int next;
    private int depth;

    ExpressionParser(String file, List<Token> tokens) {
        this.file = file;
        this.tokens = tokens;
    }

    final Token peek() {
        return tokens.get(next);
    }

    final Token take() {
        return tokens.get(next++);
    }

    final boolean at(String text) {
        return peek().is(text);
    }

    final boolean at(Token.Kind kind) {
        return peek().kind() == kind;
    }

    final boolean accept(String text) {
        if (at(text)) {
            next++;
            return true;
        }
        return false;
    }

    final Token expect(String text) throws TorchScriptSyntaxException {
        if (!at(text)) {
            throw error("expected '" + text + "' but found " + peek());
        }
        return take();
    }

    final Token expect(Token.Kind kind, String what) throws TorchScriptSyntaxException {
        if (!at(kind)) {
            throw error("expected " + what + " but found " + peek());
        }
        return take();
    }

    final TorchScriptSyntaxException error(String problem) {
        return new TorchScriptSyntaxException(file, peek().line(), problem);
    }

    /** Counts nesting, so that a hostile file ends in an exception and not in a full stack. */
    final void enter() throws TorchScriptSyntaxException {
        if (++depth > MAX_DEPTH) {
            throw error("nested more than " + MAX_DEPTH + " deep");
        }
    }

    final void leave() {
        depth--;
    }

    /** An expression, or a tuple without parentheses. */
    final Expression expressionList() throws TorchScriptSyntaxException {
        Expression first = expression();
        if (!at(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (accept(",") && startsExpression()) {
            elements.add(expression());
        }
        return new Expression.TupleLiteral(List.copyOf(elements));
    }

    final boolean startsExpression() {
        Token token = peek();
        return switch (token.kind()) {
            case NAME, NUMBER, STRING -> true;
            case OPERATOR ->
                    List.of("(", "[", "{", "-", "+", "~", "*", "...").contains(token.text());
            default -> false;
        };
    }

    final Expression expression() throws TorchScriptSyntaxException {
        enter();
        Expression value = binary(1);
        if (accept("if")) {
            Expression test = binary(1);
            expect("else");
            value = new Expression.TernaryIf(test, value, expression());
        }
        leave();
        return value;
    }

    private Expression binary(int minimum) throws TorchScriptSyntaxException {
        enter();
        Expression left = unary(minimum);
        while (true) {
            String operator = binaryOperator();
            Integer precedence = BINARY.get(operator);
            if (precedence == null || precedence < minimum) {
                leave();
                return left;
            }
            take();
            if (operator.equals("not in") || operator.equals("is not")) {
                take();
            }
            Expression right = binary(precedence == POWER ? SIGN : precedence + 1);
            left = new Expression.Binary(operator, left, right);
        }
    }

    private String binaryOperator() {
        Token token = peek();
        if (token.kind() != Token.Kind.OPERATOR && token.kind() != Token.Kind.NAME) {
            return "";
        }
        if (token.is("not") && tokens.get(next + 1).is("in")) {
            return "not in";
        }
        if (token.is("is") && tokens.get(next + 1).is("not")) {
            return "is not";
        }
        return token.text();
    }

    private Expression unary(int minimum) throws TorchScriptSyntaxException {
        if (at("not") && minimum <= NOT) {
            take();
            return new Expression.Unary("not", binary(NOT));
        }
        if (at("-") || at("+") || at("~") || at("*")) {
            String operator = take().text();
            return new Expression.Unary(operator, binary(SIGN));
        }
        return postfix(atom());
    }

    private Expression postfix(Expression value) throws TorchScriptSyntaxException {
        Expression result = value;
        while (true) {
            if (accept(".")) {
                result =
                        new Expression.Attribute(
                                result, expect(Token.Kind.NAME, "an attribute's name").text());
            } else if (at("(")) {
                result = call(result);
            } else if (accept("[")) {
                List<Expression> indices = new ArrayList<>();
                while (!at("]")) {
                    indices.add(index());
                    if (!accept(",")) {
                        break;
                    }
                }
                if (indices.isEmpty() && !result.equals(EMPTY_TUPLE.target())) {
                    throw error("expected an index but found " + peek());
                }
                expect("]");
                result =
                        indices.isEmpty()
                                ? EMPTY_TUPLE
                                : new Expression.Subscript(result, List.copyOf(indices));
            } else {
                return result;
            }
        }
    }

    private Expression index() throws TorchScriptSyntaxException {
        Optional<Expression> from = at(":") ? Optional.empty() : Optional.of(expression());
        if (!accept(":")) {
            return from.orElseThrow(() -> error("expected an index but found " + peek()));
        }
        Optional<Expression> to = startsExpression() ? Optional.of(expression()) : Optional.empty();
        Optional<Expression> step =
                accept(":") && startsExpression() ? Optional.of(expression()) : Optional.empty();
        return new Expression.Slice(from, to, step);
    }

    private Expression call(Expression callee) throws TorchScriptSyntaxException {
        expect("(");
        List<Expression> arguments = new ArrayList<>();
        List<Expression.Keyword> keywords = new ArrayList<>();
        while (!at(")")) {
            if (at(Token.Kind.NAME) && tokens.get(next + 1).is("=")) {
                String name = take().text();
                take();
                keywords.add(new Expression.Keyword(name, expression()));
            } else {
                arguments.add(expression());
            }
            if (!accept(",")) {
                break;
            }
        }
        expect(")");
        return new Expression.Call(callee, List.copyOf(arguments), List.copyOf(keywords));
    }

    private Expression atom() throws TorchScriptSyntaxException {
        Token token = peek();
        switch (token.kind()) {
            case NAME:
                take();
                return switch (token.text()) {
                    case "True", "False", "None" -> new Expression.Literal(token.text());
                    default -> new Expression.Name(token.text());
                };
            case NUMBER:
                take();
                return new Expression.Literal(token.text());
            case STRING:
                take();
                return new Expression.Literal(token.text());
            default:
                break;
        }
        if (accept("...")) {
            return new Expression.Literal("...");
        }
        if (accept("(")) {
            return parenthesized();
        }
        if (accept("[")) {
            return new Expression.ListLiteral(elements("]"));
        }
        if (accept("{")) {
            return dict();
        }
        throw error("expected an expression but found " + token);
    }

    private Expression parenthesized() throws TorchScriptSyntaxException {
        if (accept(")")) {
            return new Expression.TupleLiteral(List.of());
        }
        Expression first = expression();
        if (accept(")")) {
            return first;
        }
        expect(",");
        List<Expression> all = new ArrayList<>(List.of(first));
        all.addAll(elements(")"));
        return new Expression.TupleLiteral(List.copyOf(all));
    }

    private List<Expression> elements(String end) throws TorchScriptSyntaxException {
        List<Expression> elements = new ArrayList<>();
        while (!at(end)) {
            elements.add(expression());
            if (!accept(",")) {
                break;
            }
        }
        expect(end);
        return List.copyOf(elements);
    }

    private Expression dict() throws TorchScriptSyntaxException {
        List<Expression.Entry> entries = new ArrayList<>();
        while (!at("}")) {
            Expression key = expression();
            expect(":");
            entries.add(new Expression.Entry(key, expression()));
            if (!accept(",")) {
                break;
            }
        }
        expect("}");
        return new Expression.DictLiteral(List.copyOf(entries));
    }
}
