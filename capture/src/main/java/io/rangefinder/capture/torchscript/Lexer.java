package io.rangefinder.capture.torchscript;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** Cuts a code file into tokens, with Python's rules for indents and for lines within brackets. */
final class Lexer {

    /** Far more than a model has; as many must fit into memory. */
    private static final int MAX_TOKENS = 4_000_000;

    private static final String[] OPERATORS = {
        "**=", "//=", ">>=", "<<=", "...", "->", "**", "//", ">>", "<<", "<=", ">=", "==", "!=",
        "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "(", ")", "[", "]", "{", "}", ",",
        ":", ".", "=", "+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", ";"
    };

    private static final Pattern NUMBER =
            Pattern.compile(
                    "0[xX][0-9a-fA-F]++|(\\d++\\.?+\\d*+|\\.\\d++)([eE][-+]?+\\d++)?+[jJ]?+");

    private final String file;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<String> indents = new ArrayDeque<>();
    private int position;
    private int line = 1;
    private int brackets;

    Lexer(String file, String text) {
        this.file = file;
        this.text = text;
        indents.push("");
    }

    List<Token> tokens() throws TorchScriptSyntaxException {
        boolean lineStart = true;
        while (position < text.length()) {
            if (lineStart && brackets == 0) {
                if (skipBlankLine()) {
                    continue;
                }
                indent();
                lineStart = false;
            }
            if (tokens.size() > MAX_TOKENS) {
                throw error("the file has more than " + MAX_TOKENS + " words");
            }
            char c = text.charAt(position);
            if (c == '\n') {
                if (brackets == 0) {
                    add(Token.Kind.NEWLINE, position, position + 1);
                    lineStart = true;
                }
                position++;
                line++;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
                position++;
            } else if (c == '\\' && text.startsWith("\n", position + 1)) {
                position += 2;
                line++;
            } else if (c == '#') {
                skipComment();
            } else {
                token(c);
            }
        }
        if (brackets > 0) {
            throw error("a bracket is never closed");
        }
        if (!lineStart) {
            add(Token.Kind.NEWLINE, position, position);
        }
        while (indents.size() > 1) {
            indents.pop();
            add(Token.Kind.DEDENT, position, position);
        }
        add(Token.Kind.END, position, position);
        return tokens;
    }

    private boolean skipBlankLine() {
        int p = position;
        while (p < text.length() && " \t\r\f".indexOf(text.charAt(p)) >= 0) {
            p++;
        }
        if (p < text.length() && text.charAt(p) == '#') {
            position = p;
            skipComment();
            p = position;
        }
        if (p == text.length()) {
            position = p;
            return true;
        }
        if (text.charAt(p) == '\n') {
            position = p + 1;
            line++;
            return true;
        }
        return false;
    }

    private void skipComment() {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
    }

    private void indent() throws TorchScriptSyntaxException {
        int start = position;
        while (text.charAt(position) == ' ' || text.charAt(position) == '\t') {
            position++;
        }
        String space = text.substring(start, position);
        if (space.length() > indents.peek().length() && space.startsWith(indents.peek())) {
            indents.push(space);
            tokens.add(new Token(Token.Kind.INDENT, space, line, start));
            return;
        }
        while (!space.equals(indents.peek())) {
            if (indents.size() == 1 || space.length() >= indents.peek().length()) {
                throw error("the indent fits no block around it");
            }
            indents.pop();
            tokens.add(new Token(Token.Kind.DEDENT, "", line, start));
        }
    }

    private void token(char c) throws TorchScriptSyntaxException {
        int start = position;
        if (Character.isLetter(c) || c == '_') {
            int p = position;
            while (p < text.length() && isNamePart(text.charAt(p))) {
                p++;
            }
            add(Token.Kind.NAME, start, p);
            position = p;
        } else if (isDigit(c)
                || (c == '.'
                        && position + 1 < text.length()
                        && isDigit(text.charAt(position + 1)))) {
            position = endOfNumber();
            add(Token.Kind.NUMBER, start, position);
            requireNumber(text.substring(start, position));
        } else if (c == '"' || c == '\'') {
            int startLine = line;
            position = endOfString(c);
            tokens.add(
                    new Token(
                            Token.Kind.STRING, text.substring(start, position), startLine, start));
        } else {
            String operator = operator();
            if ("([{".contains(operator)) {
                brackets++;
            } else if (")]}".contains(operator)) {
                brackets--;
                if (brackets < 0) {
                    throw error("a bracket closes that was never opened");
                }
            }
            tokens.add(new Token(Token.Kind.OPERATOR, operator, line, start));
            position += operator.length();
        }
    }

    private String operator() throws TorchScriptSyntaxException {
        for (String operator : OPERATORS) {
            if (text.startsWith(operator, position)) {
                return operator;
            }
        }
        throw error(String.format("unexpected character U+%04X", (int) text.charAt(position)));
    }

    private int endOfNumber() {
        int p = position;
        boolean hex = text.startsWith("0x", p) || text.startsWith("0X", p);
        while (p < text.length()) {
            char c = text.charAt(p);
            boolean exponentSign =
                    !hex && (c == '+' || c == '-') && "eE".indexOf(text.charAt(p - 1)) >= 0;
            if (!isNamePart(c) && c != '.' && !(p > position && exponentSign)) {
                break;
            }
            p++;
        }
        return p;
    }

    private void requireNumber(String number) throws TorchScriptSyntaxException {
        if (!NUMBER.matcher(number).matches()) {
            throw error(
                    number.length() <= 40
                            ? number + " is no number"
                            : "what begins with " + number.substring(0, 40) + " is no number");
        }
    }

    private int endOfString(char quote) throws TorchScriptSyntaxException {
        String triple = String.valueOf(quote).repeat(3);
        boolean isTriple = text.startsWith(triple, position);
        int p = position + (isTriple ? 3 : 1);
        while (p < text.length()) {
            char c = text.charAt(p);
            if (c == '\\') {
                p++;
            } else if (c == '\n' && !isTriple) {
                break;
            } else if (isTriple ? text.startsWith(triple, p) : c == quote) {
                return p + (isTriple ? 3 : 1);
            }
            if (p < text.length() && text.charAt(p) == '\n') {
                line++;
            }
            p++;
        }
        throw error("a string is never closed");
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private void add(Token.Kind kind, int start, int end) {
        tokens.add(new Token(kind, text.substring(start, end), line, start));
    }

    private TorchScriptSyntaxException error(String problem) {
        return new TorchScriptSyntaxException(file, line, problem);
    }
}
