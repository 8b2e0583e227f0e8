package io.rangefinder.capture.torchscript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Code files as PyTorch writes them. */
class SourceFileTest {

    private static SourceFile parse(String text) throws TorchScriptSyntaxException {
        return SourceFile.parse("code/m.py", text);
    }

    private static String print(FunctionDef function) {
        StringBuilder out = new StringBuilder();
        new Printer(out).function(function, "");
        return out.toString();
    }

    @Test
    void everyFunctionOfEveryArchivePrintsToWhatIsReadAsTheSame() throws Exception {
        int functions = 0;
        try (Stream<Path> archives = Files.list(Path.of("src/test/resources/torchscript"))) {
            for (Path archive : archives.filter(a -> a.toString().endsWith(".pt")).toList()) {
                for (SourceFile file : code(archive)) {
                    for (FunctionDef function : functions(file)) {
                        String once = print(function);
                        FunctionDef again = parse(once).functions().get(0);
                        assertEquals(once, print(again), archive + " " + file.name());
                        assertEquals(function.parameters(), again.parameters());
                        assertEquals(function.returns(), again.returns());
                        functions++;
                    }
                }
            }
        }
        assertTrue(functions > 500, "only " + functions);
    }

    private static List<FunctionDef> functions(SourceFile file) {
        return Stream.concat(
                        file.functions().stream(),
                        file.classes().stream().flatMap(c -> c.methods().stream()))
                .toList();
    }

    private static List<SourceFile> code(Path archive) throws Exception {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            List<SourceFile> files = new ArrayList<>();
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().endsWith(".py")) {
                    files.add(SourceFile.parse(entry.getName(), text(zip, entry)));
                }
            }
            return files;
        }
    }

    private static String text(ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void numbersKeepTheirText() throws Exception {
        String body = "  return [1.0000000000000001e-05, 0x1F, 3., .5, 1e+3, -0., 2.5j]\n";
        FunctionDef function = parse("def f():\n" + body).functions().get(0);
        assertEquals("def f():\n" + body, print(function));
    }

    @Test
    void statementsKeepTheirForm() throws Exception {
        String text =
                """
                def f(self, x: Tensor, n: int=3, out: Optional[Tensor]=None) -> Tuple[Tensor, int]:
                  a, = torch.split(x)
                  b, c, = (x, n)
                  d : List[int] = annotate(List[int], [])
                  e : Tensor
                  n += 1
                  x[0, 1:2] = a
                  self.y = a
                  if torch.gt(n, 1):
                    raise Exception("no")
                  else:
                    for i in range(n):
                      continue
                    while True:
                      break
                  with __torch__.C.__new__(__torch__.C) as g:
                    assert a, "why"
                  def inner(z: Tensor) -> Tensor:
                    return z
                  del a
                  return (b, n)
                """;
        String printed = print(parse(text).functions().get(0));
        assertEquals(text, printed);
    }

    @Test
    void aClassTellsItsAttributesAndMethods() throws Exception {
        SourceFile file =
                parse(
                        """
                        op_version_set = 1
                        class A(Module):
                          __parameters__ = ["weight", ]
                          weight : Tensor
                          __annotations__["0"] = __torch__.B
                          def forward(self, x: Tensor) -> Tensor:
                            return x
                        class Empty:
                          pass
                        def g(x: Tensor) -> Tensor:
                          return x
                        """);
        ClassDef a = file.classes().get(0);
        assertEquals(List.of(new Expression.Name("Module")), a.bases());
        assertEquals(Optional.of(Expression.dotted("__torch__.B")), a.attribute("0").get().type());
        assertTrue(a.method("forward").isPresent());
        assertTrue(a.method("backward").isEmpty());
        assertEquals("class Empty", file.text().substring(a.end(), a.end() + 11));
        assertEquals("Empty", file.classes().get(1).name());
        assertEquals("g", file.functions().get(0).name());
    }

    @Test
    void escapesMeanWhatTheyMeanInPython() throws Exception {
        String source = "\"a\\n\\t\\\\\\\"\\'\\303\\251\\x41\\0\"";
        assertEquals(
                Optional.of("a\n\t\\\"'\u00e9A\0"), new Expression.Literal(source).stringValue());
        assertEquals(Optional.of("a\"b"), new Expression.Literal("'a\"b'").stringValue());
        assertEquals(Optional.of("x\ny"), new Expression.Literal("\"\"\"x\ny\"\"\"").stringValue());
        assertEquals(Optional.empty(), new Expression.Literal("12").stringValue());
    }

    @Test
    void linesWithinBracketsAndAfterBackslashesGoOn() throws Exception {
        SourceFile file =
                parse("def f(x: Tensor,\n    y: int) -> int:  # why\n\n  return y + \\\n   1\n");
        assertEquals(2, file.functions().get(0).parameters().size());
        assertEquals(
                "def f(x: Tensor, y: int) -> int:\n  return y + 1\n",
                print(file.functions().get(0)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | x y",
                "1 | 3",
                "2 | def f():#  return lambda x",
                "3 | def f():#  return (1#",
                "3 | def f():#  x = 1#    y = 2",
                "4 | def f():#    x = 1#    y = 2#  z = 3",
                "3 | class A:#  def f(self):#    x = = 3",
                "2 | class A:#  f(x)",
                "2 | def f():#  return \"abc",
                "2 | def f():#  return x]",
                "2 | def f():#  return a ? b",
                "1 | def f(:",
                "3 | class A:#  x : Tensor#  __annotations__[] = Tensor",
                "2 | def f():#  return x[]",
                "2 | def f():#  x[] = 1",
                "1 | def f(x: List[]):#  pass",
                "1 | def f(x: Optional[] = None):#  pass",
                "2 | def f():#  return 1.2.3",
                "2 | def f():#  return 1..2",
                "2 | def f():#  return 1e",
                "2 | def f():#  return 1e5.",
                "2 | def f():#  return 0x",
                "2 | def f():#  return 0xfg",
                "2 | def f():#  return 12abc",
                "2 | def f():#  return .5.5"
            })
    void errorsTellFileAndLine(int line, String source) {
        TorchScriptSyntaxException e =
                assertThrows(
                        TorchScriptSyntaxException.class, () -> parse(source.replace('#', '\n')));
        assertTrue(e.getMessage().startsWith("code/m.py:" + line + ": "), e.getMessage());
    }

    @Test
    void numbersAreWhatPyTorchWrites() throws Exception {
        for (String number :
                List.of("0", "12", "1.", "0.5", ".5", "1e5", "1.5e-05", "1.E+3", "0x1F", "2.j")) {
            FunctionDef function = parse("def f():\n  return " + number + "\n").functions().get(0);
            assertEquals("def f():\n  return " + number + "\n", print(function));
        }
    }

    @Test
    void theEmptyTupleHasTwoSpellings() throws Exception {
        FunctionDef now = parse("def f(x: Tuple[()]):\n  pass\n").functions().get(0);
        assertEquals(now, parse("def f(x: Tuple[]):\n  pass\n").functions().get(0));
    }

    @Test
    void blocksOnOneLineNestNoDeeperThanOthers() {
        String text = "def f(x):\n  " + "if x: ".repeat(100_000) + "pass\n";
        TorchScriptSyntaxException e =
                assertThrows(TorchScriptSyntaxException.class, () -> parse(text));
        assertTrue(e.getMessage().contains("nested more than"), e.getMessage());
    }
}
