package io.rangefinder.capture.torchscript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A pass meets each statement once, in the order of the text, wherever it is nested. */
class StatementScannerTest {

    private static final String CODE =
            """
            def f(x):
              a = 1
              if x:
                b = 2
                while x:
                  c = 3
              else:
                d = 4
              for i in x:
                with x:
                  e = 5
              def g(y):
                h = 6
              return a
            """;

    /** The names that are assigned to. */
    private static class Names extends StatementScanner<List<String>> {

        @Override
        public List<String> visitAssign(Statement.Assign assign, List<String> soFar) {
            List<String> names = new ArrayList<>(soFar);
            assign.targets().forEach(target -> names.add(Printer.text(target)));
            return names;
        }
    }

    private static List<Statement> body() throws TorchScriptSyntaxException {
        return SourceFile.parse("m.py", CODE).functions().get(0).body();
    }

    @Test
    void statementsInAllKindsOfBlocksAreMetInOrder() throws Exception {
        assertEquals(
                List.of("before", "a", "b", "c", "d", "e", "h"),
                new Names().scan(body(), List.of("before")));
    }

    @Test
    void whatAPassAnswersForItselfIsNotLookedInto() throws Exception {
        Names outermost =
                new Names() {
                    @Override
                    public List<String> visitNested(Statement.Nested nested, List<String> soFar) {
                        return soFar;
                    }

                    @Override
                    public List<String> visitIf(Statement.If branch, List<String> soFar) {
                        return soFar;
                    }
                };
        assertEquals(List.of("a", "e"), outermost.scan(body(), List.of()));
    }
}
