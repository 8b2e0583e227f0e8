package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.rangefinder.capture.pytorch.TemporaryFolders;
import io.rangefinder.capture.torchscript.TorchScriptSyntaxException;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is no TorchScript archive ends in one typed exception that says what, where and what to do.
 */
class BadArchiveTest {

    private static final String CODE = "m/code/__torch__/m.py";
    private static final String CLASS =
            """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            """;
    private static final String FORWARD =
            """
              def forward(self: __torch__.m.M, x: Tensor) -> Tensor:
                return torch.relu(x)
            """;

    /** An instance of {@code __torch__.m.M} with {@code training = False}. */
    private static final byte[] MODULE =
            bytes("\u0080\u0002c__torch__.m\nM\nq\u0000)\u0081}(X\u0008\0\0\0training\u0089ub.");

    @TempDir Path folder;
    private Set<String> before;

    @BeforeEach
    void lookForOurTemporaryFiles() throws IOException {
        before = temporaryFiles();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertEquals(before, temporaryFiles());
    }

    private static Set<String> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            Set<String> names = new TreeSet<>();
            files.map(f -> f.getFileName().toString())
                    .filter(n -> n.startsWith(TemporaryFolders.PREFIX))
                    .forEach(names::add);
            return names;
        }
    }

    @Test
    void theSmallestArchiveLoads() throws Exception {
        Path file = archive(Map.of(CODE, bytes(CLASS + FORWARD)));
        try (ZooModel<NDList, NDList> model = CaptureModels.load(file, "RangeCapture");
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList input = new NDList(manager.create(new float[] {-2, 3}, new Shape(1, 2)));
            assertEquals(3, predictor.predict(input).singletonOrThrow().toFloatArray()[1]);
            assertEquals(-2, RangeCapture.of(model).statistics().asMap().get("x").min());
        }
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("nowhere.pt");
        FileNotFoundException e =
                assertThrows(FileNotFoundException.class, () -> loadDirectly(file));
        assertSays(e, "nowhere.pt");
    }

    @Test
    void aFolderWithoutAModelIsNamed() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner.pt"));
        FileNotFoundException e =
                assertThrows(FileNotFoundException.class, () -> loadDirectly(inner));
        assertSays(e, "inner.pt", "optModelPath");
    }

    @Test
    void anUnreadableFileIsNamed() throws IOException {
        Path file = write("secret.pt", archiveBytes(Map.of(CODE, bytes(CLASS + FORWARD))));
        assumeFalse(!file.toFile().setReadable(false) || Files.isReadable(file));
        assertSays(assertThrows(IOException.class, () -> loadDirectly(file)), "secret.pt");
    }

    @Test
    void anEmptyFileIsNoArchive() throws IOException {
        assertSays(refused(write("empty.pt", new byte[0])), "empty.pt is empty", "torch.jit");
    }

    @Test
    void textIsNoArchive() throws IOException {
        assertSays(refused(write("text.pt", bytes("hello"))), "not a zip file", "torch.jit");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 30, 100, 1000, 5000, -100, -22, -21, -1})
    void anArchiveCutAnywhereIsRefused(int length) throws IOException {
        byte[] whole = Files.readAllBytes(CaptureModels.fixture("methods_scripted.pt"));
        int end = length < 0 ? whole.length + length : length;
        MalformedModelException e = refused(write("cut.pt", Arrays.copyOf(whole, end)));
        assertSays(e, "cut.pt");
        assertTrue(e.getMessage().matches("(?s).*(copy it again|torch\\.jit).*"), e.getMessage());
    }

    @Test
    void anEagerCheckpointIsToldFromAnArchive() throws IOException {
        Path file = zip(Map.of("m/data.pkl", MODULE, "m/data/0", new byte[16]));
        assertSays(refused(file), "eager checkpoint", "torch.jit.trace");
    }

    @Test
    void anEagerCheckpointOfOldIsToldFromAnArchive() throws IOException {
        // The magic number that torch.save wrote before it wrote zips, as a pickle of protocol 2.
        byte[] magic = bytes("\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.");
        assertSays(refused(write("old.pt", magic)), "is a pickle", "torch.jit.trace");
    }

    @Test
    void anExportedProgramIsToldFromAnArchive() throws IOException {
        Path file = zip(Map.of("m/archive_format", bytes("pt2"), "m/data/x", new byte[4]));
        assertSays(refused(file), ".pt2", "torch.jit.trace");
    }

    @Test
    void anotherZipIsNoArchive() throws IOException {
        assertSays(refused(zip(Map.of("a/b.txt", bytes("b")))), "no TorchScript archive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cos\nsystem\n(X\u0004\0\0\0exittR.",
                "cposix\nsystem\n(X\u0004\0\0\0exittR.",
                "c__builtin__\neval\n(X\u0001\0\0\0" + "1tR.",
                "cbuiltins\nexec\n(X\u0001\0\0\0" + "1tR.",
                "cjava.lang\nRuntime\n)R.",
                "ctorch.hub\nload\n)R.",
                "(S'a'\nios\nsystem\n."
            })
    void aPickleThatNamesOtherClassesIsNotRun(String pickle) throws IOException {
        assertSays(
                refused(withPickle(bytes("\u0080\u0002" + pickle))), "data.pkl is not a pickle of");
    }

    /** Each claims, pops or nests more than there is. */
    static Stream<byte[]> brokenPickles() {
        return Stream.of(
                        "",
                        ".",
                        "\u0080\u0002",
                        "\u0080\u0002}",
                        "\u0080\u0002R.",
                        "\u0080\u0002b.",
                        "\u0080\u0002(((.",
                        "\u0080\u0002ttttt.",
                        "\u0080\u0002)s.",
                        "\u0080\u0002h\u0007.",
                        "\u0080\u0002X\u00ff\u00ff\u00ff\u007f.",
                        "\u0080\u0002X\u00ff\u00ff\u00ff\u00ff.",
                        "\u0080\u0002T\u00ff\u00ff\u00ff\u00ff.",
                        "\u0080\u0002\u008a\u00ff.",
                        "\u0080\u0002c__torch__.m\nM",
                        "\u0080\u0002c__torch__.m\nM\n)\u0081K\u0001b",
                        "\u0080\u0002K\u0001.",
                        "\u0080\u0002N.",
                        "\u0080\u0002].",
                        "\u0080\u0002(K\u0001K\u0002d.",
                        "\u0080\u0002(K\u0001d.",
                        "\u0080\u0002\u0095\u0001.",
                        "\u0080\u0002K\u0001Q.",
                        // A list that holds itself, as the key of a dict and of an object's state.
                        "\u0080\u0002}]q\u0000(h\u0000eK\u0001s.",
                        "\u0080\u0002c__torch__.m\nM\n)\u0081}]q\u0000(h\u0000eK\u0001sb.",
                        "\u0080\u0002ctorch._utils\n_rebuild_tensor_v2\n)R.",
                        "\u0080\u0002ctorch._utils\n"
                                + "_rebuild_tensor_v2\n"
                                + "(K\u0001K\u0001K\u0001K\u0001tR.")
                .map(BadArchiveTest::bytes);
    }

    @ParameterizedTest
    @MethodSource("brokenPickles")
    void aBrokenPickleIsRefused(byte[] pickle) throws IOException {
        assertTrue(refused(withPickle(pickle)).getMessage().contains("data.pkl"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"}", "]", ")", "("})
    void aPickleOfNothingButContainersIsRefusedBeforeItFillsTheMemory(String opcode)
            throws IOException {
        byte[] pickle = new byte[60 << 20];
        Arrays.fill(pickle, (byte) opcode.charAt(0));
        pickle[pickle.length - 1] = '.';
        assertSays(refused(withPickle(pickle)), "data.pkl");
    }

    @Test
    void modulesWithinModulesWithoutEndAreRefused() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(bytes("\u0080\u0002"));
        int depth = 100_000;
        for (int i = 0; i < depth; i++) {
            pickle.writeBytes(bytes("c__torch__.m\nM\n)\u0081}X\u0001\0\0\0a"));
        }
        pickle.writeBytes(bytes("N"));
        for (int i = 0; i < depth; i++) {
            pickle.writeBytes(bytes("sb"));
        }
        pickle.write('.');
        assertSays(refused(withPickle(pickle.toByteArray())), "deep");
    }

    @Test
    void aModuleThatHoldsItselfIsNoTrap() throws IOException {
        byte[] pickle =
                bytes("\u0080\u0002c__torch__.m\nM\n)\u0081q\u0000}X\u0001\0\0\0ah\u0000sb.");
        String own = CLASS + "  a : __torch__.m.M\n";
        String call =
                """
                  def forward(self: __torch__.m.M, x: Tensor) -> Tensor:
                    a = self.a
                    return (a).forward(x, )
                """;
        Map<String, byte[]> entries = entries(Map.of(CODE, bytes(own + call)));
        entries.put("m/data.pkl", pickle);
        assertSays(refused(zip(entries)), "forward", "recursion");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "m/../../x",
                "m/code/..",
                "/etc/cron.d/x",
                "C:\\x",
                "C:/x",
                "m\\..\\x",
                "m/a\\b"
            })
    void anEntryThatClimbsOutIsRefused(String name) throws IOException {
        Map<String, byte[]> entries = entries(Map.of(CODE, bytes(CLASS + FORWARD)));
        entries.put(name, new byte[] {1});
        assertSays(refused(zip(entries)), "points outside the archive", "do not trust");
    }

    @Test
    void twoEntriesOfOneNameAreRefused() throws IOException {
        Path file = folder.resolve("twice.pt");
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(file.toFile())) {
            for (String name : new String[] {"m/data.pkl", CODE, CODE}) {
                out.putArchiveEntry(new ZipArchiveEntry(name));
                out.write(name.equals(CODE) ? bytes(CLASS + FORWARD) : MODULE);
                out.closeArchiveEntry();
            }
        }
        assertSays(refused(file), "two entries named " + CODE);
    }

    @Test
    void aCodeFileOfOneGigabyteIsRefused() throws IOException {
        Path file = folder.resolve("huge.pt");
        try (OutputStream raw = Files.newOutputStream(file);
                ZipOutputStream out = new ZipOutputStream(raw)) {
            out.putNextEntry(new ZipEntry("m/data.pkl"));
            out.write(MODULE);
            out.putNextEntry(new ZipEntry(CODE));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 1024; i++) {
                out.write(zeros);
            }
        }
        assertTrue(Files.size(file) < 2 << 20);
        assertSays(refused(file), CODE, "larger than");
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "a ", "[", "1,"})
    void codeOfNothingButTokensIsRefusedBeforeItFillsTheMemory(String token) throws IOException {
        byte[] code = bytes(token.repeat((60 << 20) / token.length()));
        assertSays(refused(archive(Map.of(CODE, code))), CODE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "{", "torch.relu(", "not ", "-", "x[", "1 ** "})
    void nestingWithoutEndIsRefused(String open) throws IOException {
        String body = "    return " + open.repeat(100_000) + "x";
        TorchScriptSyntaxException e =
                assertThrows(
                        TorchScriptSyntaxException.class,
                        () -> loadDirectly(archive(Map.of(CODE, method(body)))));
        assertTrue(e.getMessage().contains(CODE), e.getMessage());
    }

    @Test
    void blocksWithinBlocksWithoutEndAreRefused() throws IOException {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            body.append("    ").append(" ".repeat(i)).append("if True:\n");
        }
        body.append("    ").append(" ".repeat(3_000)).append("pass\n");
        assertSays(refused(archive(Map.of(CODE, method(body.toString())))), CODE, "deep");
    }

    @Test
    void elseIfWithoutEndIsRefused() throws IOException {
        String body = "    if True:\n      pass\n" + "    elif True:\n      pass\n".repeat(50_000);
        assertSays(refused(archive(Map.of(CODE, method(body)))), CODE, "deep");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    return lambda x: x",
                "    x := 3",
                "    return x ? y : z",
                "    try:\n      pass",
                "    return \"no end",
                "    return $x",
                "    return (x",
                "   return x\n     y = 3"
            })
    void unknownSyntaxIsNamedWithFileAndLine(String body) throws IOException {
        TorchScriptSyntaxException e =
                assertThrows(
                        TorchScriptSyntaxException.class,
                        () -> loadDirectly(archive(Map.of(CODE, method(body)))));
        assertTrue(e.getMessage().matches("(?s).*" + CODE + ":([6-9]): .*"), e.getMessage());
    }

    @Test
    void codeThatIsNoTextIsRefused() throws IOException {
        byte[] code = bytes(CLASS + FORWARD + "# \u00ff\u00fe\n");
        assertSays(refused(archive(Map.of(CODE, code))), CODE, "UTF-8");
    }

    @Test
    void aModuleOfAClassThatTheArchiveLacksIsRefused() throws IOException {
        byte[] other = bytes((CLASS + FORWARD).replace("M(Module)", "N(Module)"));
        assertSays(refused(archive(Map.of(CODE, other))), "__torch__.m.M", "save the model again");
    }

    @Test
    void aFunctionThatCallsItselfIsRefused() throws IOException {
        String body =
                "    return __torch__.m.f(x, )\n"
                        + "def f(x: Tensor) -> Tensor:\n"
                        + "  return __torch__.m.f(torch.relu(x), )\n";
        assertSays(refused(archive(Map.of(CODE, method(body)))), "recursion");
    }

    @Test
    void deepExpressionsInDeepCallsAreRefused() throws IOException {
        StringBuilder functions = new StringBuilder("    return __torch__.m.f0(x, )\n");
        for (int i = 0; i < 190; i++) {
            functions.append("def f" + i + "(x: Tensor) -> Tensor:\n  return ");
            functions.append("torch.neg(".repeat(180));
            functions.append(i == 189 ? "x" : "__torch__.m.f" + (i + 1) + "(x, )");
            functions.append(")".repeat(180)).append('\n');
        }
        assertSays(refused(archive(Map.of(CODE, method(functions.toString())))), "deep");
    }

    @Test
    void callsThatFanOutWithoutEndAreRefused() throws IOException {
        StringBuilder functions = new StringBuilder("    return __torch__.m.f0(x, )\n");
        for (int i = 0; i < 60; i++) {
            String next = i == 59 ? "torch.relu" : "__torch__.m.f" + (i + 1);
            functions.append("def f" + i + "(x: Tensor) -> Tensor:\n");
            functions.append("  return " + next + "(" + next + "(x, ), )\n");
        }
        assertSays(refused(archive(Map.of(CODE, method(functions.toString())))), "do not trust");
    }

    @Test
    void longCodeThatIsCalledOverAndOverIsRefusedBeforeItFillsTheMemory() throws IOException {
        String code =
                "    y = __torch__.m.f(x, )\n".repeat(100_000)
                        + "    return y\n"
                        + "def f(x: Tensor) -> Tensor:\n"
                        + "  y = torch.relu(torch.neg(x))\n".repeat(10_000)
                        + "  return y\n";
        assertSays(refused(archive(Map.of(CODE, method(code)))), "do not trust");
    }

    @Test
    void whatPyTorchItselfRefusesIsRefused() throws IOException {
        String body = "    return torch.no_such_operator(x)\n";
        Exception e =
                assertThrows(
                        Exception.class, () -> loadDirectly(archive(Map.of(CODE, method(body)))));
        assertTrue(e.toString().contains("no_such_operator"), e.toString());
    }

    private static byte[] method(String body) {
        return bytes(CLASS + "  def forward(self: __torch__.m.M, x: Tensor) -> Tensor:\n" + body);
    }

    private static MalformedModelException refused(Path file) {
        return assertThrows(MalformedModelException.class, () -> loadDirectly(file));
    }

    private static void loadDirectly(Path file) throws IOException, MalformedModelException {
        try (Model model = Model.newInstance("model", "RangeCapture")) {
            model.load(file);
            model.newPredictor(new NoopTranslator()).close();
        }
    }

    private static void assertSays(Exception e, String... parts) {
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.toString());
        }
        assertTrue(e instanceof IOException || e.getMessage().contains(".p"), e.toString());
    }

    private static Map<String, byte[]> entries(Map<String, byte[]> code) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("m/data.pkl", MODULE);
        entries.put("m/constants.pkl", bytes("\u0080\u0002)."));
        entries.put("m/version", bytes("3\n"));
        entries.putAll(code);
        return entries;
    }

    private Path archive(Map<String, byte[]> code) throws IOException {
        return zip(entries(code));
    }

    private byte[] archiveBytes(Map<String, byte[]> code) throws IOException {
        return Files.readAllBytes(archive(code));
    }

    private Path withPickle(byte[] pickle) throws IOException {
        Map<String, byte[]> entries = entries(Map.of(CODE, bytes(CLASS + FORWARD)));
        entries.put("m/data.pkl", pickle);
        return zip(entries);
    }

    private Path zip(Map<String, byte[]> entries) throws IOException {
        Path file = Files.createTempFile(folder, "bad", ".pt");
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(file.toFile())) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putArchiveEntry(new ZipArchiveEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeArchiveEntry();
            }
        }
        return file;
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    /** Each character is a byte. */
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
