package io.rangefinder.capture.torchscript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rangefinder.capture.torchscript.Expression.Attribute;
import io.rangefinder.capture.torchscript.Expression.Binary;
import io.rangefinder.capture.torchscript.Expression.Call;
import io.rangefinder.capture.torchscript.Expression.DictLiteral;
import io.rangefinder.capture.torchscript.Expression.Entry;
import io.rangefinder.capture.torchscript.Expression.Keyword;
import io.rangefinder.capture.torchscript.Expression.ListLiteral;
import io.rangefinder.capture.torchscript.Expression.Literal;
import io.rangefinder.capture.torchscript.Expression.Name;
import io.rangefinder.capture.torchscript.Expression.Slice;
import io.rangefinder.capture.torchscript.Expression.Subscript;
import io.rangefinder.capture.torchscript.Expression.TernaryIf;
import io.rangefinder.capture.torchscript.Expression.TupleLiteral;
import io.rangefinder.capture.torchscript.Expression.Unary;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is printed is read back as it was. */
class ExpressionPropertiesTest {

    private static final List<String> BINARY =
            List.of(
                    "or", "and", "in", "not in", "is", "is not", "<", "<=", ">", ">=", "==", "!=",
                    "|", "^", "&", "<<", ">>", "+", "-", "*", "/", "//", "%", "@", "**");

    private static final List<String> NAMES =
            List.of("x", "self", "_0", "torch", "iffy", "notes", "__torch__");

    private static final List<String> LITERALS =
            List.of("1", "1.0000000000000001e-05", "0x1f", "2j", "True", "None", "...", "\"a\\n\"");

    /** Made by hand: jqwik's own combinators of so deep a tree take all memory. */
    @Provide
    Arbitrary<Expression> expressions() {
        return Arbitraries.randomValue(random -> expression(random, 5));
    }

    private static Expression expression(Random random, int depth) {
        Supplier<Expression> inner = () -> expression(random, depth - 1);
        return switch (random.nextInt(depth == 0 ? 2 : 13)) {
            case 0 -> new Name(one(random, NAMES));
            case 1 -> new Literal(one(random, LITERALS));
            case 2 -> new Attribute(inner.get(), one(random, NAMES));
            case 3 -> new Subscript(inner.get(), some(random, 1, () -> index(random, depth)));
            case 4 ->
                    new Call(
                            inner.get(),
                            some(random, 0, inner),
                            some(random, 0, () -> new Keyword(one(random, NAMES), inner.get())));
            case 5 -> new ListLiteral(some(random, 0, inner));
            case 6 -> new TupleLiteral(some(random, 0, inner));
            case 7 -> new DictLiteral(some(random, 0, () -> new Entry(inner.get(), inner.get())));
            case 8 -> new Unary(one(random, List.of("-", "+", "~", "not")), inner.get());
            case 9 -> new TernaryIf(inner.get(), inner.get(), inner.get());
            default -> new Binary(one(random, BINARY), inner.get(), inner.get());
        };
    }

    private static Expression index(Random random, int depth) {
        if (random.nextBoolean()) {
            return expression(random, depth - 1);
        }
        Supplier<Optional<Expression>> part =
                () ->
                        random.nextBoolean()
                                ? Optional.of(expression(random, depth - 1))
                                : Optional.empty();
        return new Slice(part.get(), part.get(), part.get());
    }

    private static <T> List<T> some(Random random, int least, Supplier<T> element) {
        return Stream.generate(element).limit(least + random.nextInt(3)).toList();
    }

    private static String one(Random random, List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    @Property(tries = 2_000)
    void whatIsPrintedIsReadBackAsItWas(@ForAll("expressions") Expression expression)
            throws TorchScriptSyntaxException {
        String text = "def f():\n  return " + Printer.text(expression) + "\n";
        SourceFile file = SourceFile.parse("f.py", text);
        Statement.Return result = (Statement.Return) file.functions().get(0).body().get(0);
        assertEquals(Optional.of(expression), result.value());
    }

    @Property
    void everyStringSurvivesItsQuotes(@ForAll String value) {
        // A lone surrogate has no UTF-8 form.
        String text = value.replaceAll("[\\ud800-\\udfff]", "?");
        assertEquals(Optional.of(text), Printer.string(text).stringValue());
    }
}
