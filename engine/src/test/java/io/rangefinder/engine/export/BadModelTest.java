package io.rangefinder.engine.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile archives end soon, in a typed exception that says what, where and why. */
class BadModelTest {

    private static final Path OPERATORS = Path.of("src/test/resources/operators");
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir Path folder;

    @Test
    void theSmallestArchiveIsExported() throws Exception {
        Path archive = Archives.ofForward(folder, "return torch.relu(x)");
        assertEquals(1, Archives.export(archive).toOnnx().proto().getGraph().getNodeCount());
    }

    /** The code, separated from what the message says. */
    static String[] endless() {
        return new String[] {
            "while True:\n  y = x\nreturn x -> a loop never ends",
            "while True:\n  y = torch.add(x, 1)\nreturn x -> a loop never ends",
            "while True:\n  while True:\n    break\nreturn x -> a loop never ends",
            "for i in range(1000000000000):\n  pass\nreturn x -> a range of more than",
            "for i in range(0, 10, 0):\n  pass\nreturn x -> a range of more than",
            "for i in range(-9223372036854775807, 9223372036854775807):\n  pass\nreturn x"
                    + " -> long overflow",
            "y = x\nfor i in range(1000000):\n  y = torch.add(y, i)\nreturn y -> grow without end",
            "y = x\nfor i in range(20000):\n  y = torch.t(y)\nreturn y -> views of views",
            "for i in range(9000):\n"
                + "  y = torch.item(torch.sum(torch.erf(torch.mul(torch.arange(i, torch.add(i, 9)),"
                + " 0.5))))\n"
                + "return x -> the values of more than"
        };
    }

    static String[] growing() {
        return new String[] {
            "l = [1]\nfor i in range(64):\n  l = torch.add(l, l)\nreturn x -> grow without end",
            "l = [1]\nfor i in range(64):\n  torch.extend(l, l)\nreturn x -> elements",
            "l = [1]\nfor i in range(1000000):\n  torch.append(l, i)\nreturn x -> grow without end",
            "s = \"ab\"\nfor i in range(64):\n  s = torch.add(s, s)\nreturn x -> aten::add makes",
            "s = \"ab\"\nfor i in range(64):\n  s = torch.format(\"{}{}\", s, s)\nreturn x"
                    + " -> aten::format makes",
            "l = torch.mul([0], 1000000000)\nreturn x -> aten::mul makes 1000000000 elements",
            "t = (x, x)\nfor i in range(200):\n  t = (t, t)\nreturn t -> elements",
            "l = [x]\ntorch.append(l, l)\nreturn l -> elements",
            "l = [1]\ntorch.append(l, l)\nreturn torch.tensor(l) -> elements",
            "d = {\"a\": x}\ntorch._set_item(d, \"b\", d)\nreturn d -> elements",
            "l = [[1]]\nfor i in range(60):\n  l = [l, l]\nreturn torch.tensor(l) -> elements",
            "return torch.arange(1000000000000) -> aten::arange makes 1000000000000 elements",
            "return torch.linspace(0, 1, 1000000000000) -> aten::linspace makes",
            "return torch.eye(1000000000000) -> aten::eye",
            "return torch.one_hot(torch.to(x, 4), 1000000000000) -> aten::one_hot makes",
            "return torch.adaptive_avg_pool2d(torch.unsqueeze(x, 0), [1000000, 1000000])"
                    + " -> aten::adaptive_avg_pool2d makes more than",
            "y = torch.unbind(torch.ones([10000000]))\nreturn x"
                    + " -> aten::unbind makes 10000000 tensors",
            "y = torch.chunk(torch.ones([1000000]), 1000000)\nreturn x"
                    + " -> aten::chunk makes 1000000 tensors",
            "y = torch.split(torch.ones([100000000]), 1)\nreturn x"
                    + " -> aten::split makes 100000000 tensors",
            "y = torch.tensor_split(torch.ones([100000000]), 1000000)\nreturn x"
                    + " -> aten::tensor_split makes 1000000 tensors",
            "return torch.tril(torch.ones([30000, 30000])) -> aten::tril makes 900000000 elements",
            "return torch.triu(torch.ones([30000, 30000])) -> aten::triu makes 900000000 elements",
            "return torch.tril_indices(10000, 10000) -> aten::tril_indices makes 100000000",
            "return torch.diag(torch.ones([30000])) -> aten::diag makes 900000000 elements",
            "return torch.diag_embed(torch.ones([1000000])) -> aten::diag_embed makes",
            "return torch.cumprod(torch.ones([100000]), 0) -> aten::cumprod makes 10000000000",
            "return torch.logcumsumexp(torch.ones([30000]), 0) -> aten::logcumsumexp makes",
            "y, z = torch.cummax(torch.ones([30000]), 0)\nreturn y -> aten::cummax makes 900000000",
            "y = torch.reshape(torch.slice(x, 1, 0, 1), [-1, 1, 1, 1])\n"
                    + "y = torch.expand(y, [2, 1, 10007, 10007])\n"
                    + "y, z = torch.adaptive_max_pool2d(y, [101, 101])\n"
                    + "return y -> aten::adaptive_max_pool2d makes 100140049 elements",
            "y, z = torch.adaptive_max_pool2d(torch.zeros([1, 1, 101, 101]), [100, 100])\n"
                    + "return y -> aten::adaptive_max_pool2d makes more than 4096 regions: 10000",
            "return torch.unfold(torch.ones([2, 10000000]), 1, 1000, 1)"
                    + " -> aten::unfold makes 9999001000 elements",
            "for i in range(1000):\n"
                    + "  x = torch.add(x, torch.sum(torch.tril(torch.ones([2000, 2000]), i)))\n"
                    + "return x -> more than 134217728",
            "return torch.split(x, 0) -> aten::split splits into parts of length 0",
            "return torch.zeros([-5, 3]) -> aten::zeros with impossible numbers"
        };
    }

    static String[] senseless() {
        return new String[] {
            "return y -> there is no variable y",
            "return self.foo -> there is no attribute foo",
            "return (self).foo(x, ) -> no code of __torch__.m.M.foo",
            "return __torch__.m.f(x) -> no function __torch__.m.f",
            "return __torch__.other.N.f(x) -> no function __torch__.other.N.f",
            "return ops.foo.bar(x) -> foo::bar",
            "return CONSTANTS.c7 -> no constant c7",
            "return torch.relu() -> aten::relu has no argument",
            "return torch.relu(\"a\") -> aten::relu has no argument",
            "return torch.relu([x]) -> aten::relu has no argument",
            "return torch.conv2d(x, \"a\") -> aten::conv2d",
            "return torch.transpose(x, 0, 5) -> aten::transpose has no axis 5",
            "return torch.cat([], 0) -> aten::cat",
            "return torch.add(x, torch.floordiv(1, 0)) -> aten::floordiv with impossible numbers",
            "return torch.add(x, torch.mul(9223372036854775807, 2)) -> impossible numbers",
            "return torch.add(x, 99999999999999999999999) -> the literal 99999999999999999999999",
            "return range() -> no model that ran can have",
            "return annotate() -> calls annotate with too few arguments",
            "return getattr(self) -> calls getattr with too few arguments",
            "a, b = [x]\nreturn a -> 1 values for 2 variables",
            "return (x, x)[self:1] -> no model that ran can have",
            "return {(x, x): 1} -> a dict of other keys",
            "return {\"a\": x}[\"b\"] -> finds no key",
            "assert False\nreturn x -> the model raises an error",
            "ops.prim.RaiseException(\"too small\", \"E\")\nreturn x -> raises \"too small\"",
            "return \"a\" -> gives a Text",
            "return 5 -> gives a Int",
            "y = torch.ones([4])\n"
                    + "return torch.batch_norm(x, y, y, y, y, False, 0.1, 1e-5, True)"
                    + " -> aten::batch_norm has a weight of shape [4] for 3 channels",
            "y = torch.ones([3])\n"
                    + "z = torch.ones([0])\n"
                    + "return torch.batch_norm(x, y, y, y, z, False, 0.1, 1e-5, True)"
                    + " -> aten::batch_norm has a running_var of shape [0] for 3 channels",
            "y = torch.ones([3])\n"
                    + "return torch.batch_norm(torch.sum(x), y, y, y, y, False, 0.1, 1e-5, True)"
                    + " -> aten::batch_norm is of a tensor without channels",
            "pass -> gives no tensor",
            "return (x, 3) -> bad.pt gives a Int besides tensors",
            "return torch.stack([x, None]) -> aten::stack does not take what it is given (listof)",
            "return uninitialized(Tensor) -> a result that nothing computes",
            "x.y = 5\nreturn x -> an assignment to what is no variable"
        };
    }

    @ParameterizedTest
    @MethodSource({"endless", "growing", "senseless"})
    void hostileCodeIsRefused(String codeAndMessage) throws IOException {
        int arrow = codeAndMessage.lastIndexOf(" -> ");
        Path archive = Archives.ofForward(folder, codeAndMessage.substring(0, arrow));
        MalformedModelException e = refused(archive);
        assertTrue(e.getMessage().contains(codeAndMessage.substring(arrow + 4)), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while True:\n  y = x\nreturn x",
                "y = 1\nreturn torch.transpose(x, 0, 5)",
                "y = 1\nreturn (x, x)[self:1]"
            })
    void theMessageSaysWhere(String code) throws IOException {
        String message = refused(Archives.ofForward(folder, code)).getMessage();
        assertTrue(message.contains("in the model ("), message);
        assertTrue(message.contains("bad.pt: m/code/__torch__/m.py:7)"), message);
    }

    @Test
    void callsWithoutEndAreRefused() throws IOException {
        Path archive =
                Archives.ofMembers(
                        folder,
                        """
                          def forward(self: __torch__.m.M, x: Tensor) -> Tensor:
                            f = __torch__.m.f
                            return f(x, f, )
                        def f(x: Tensor, f: Any) -> Tensor:
                          return f(x, f, )
                        """);
        assertTrue(refused(archive).getMessage().contains("200 deep"));
    }

    @Test
    void aCallWithoutAnArgumentIsRefused() throws IOException {
        Path archive =
                Archives.ofMembers(
                        folder,
                        """
                          def forward(self: __torch__.m.M, x: Tensor) -> Tensor:
                            return __torch__.m.f()
                        def f(x: Tensor) -> Tensor:
                          return torch.relu(x)
                        """);
        assertTrue(refused(archive).getMessage().contains("a call without an argument x"));
    }

    /** Memorized, then fetched twice into the next: sixty tuples, but 2 to the 60 leaves. */
    private static String shared(String first, String pair) {
        StringBuilder pickle = new StringBuilder(first);
        for (int i = 0; i < 60; i++) {
            String fetch = "h" + (char) i;
            pickle.append("q").append((char) i).append("0");
            pickle.append(String.format(pair, fetch, fetch));
        }
        return pickle + "\u0085";
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s%s\u0086", "](%s%se", "}(K\u0001%sK\u0002%su"})
    void constantsThatAreSharedAreReadOnce(String pair) throws Exception {
        String pickle = shared("K\u0001", pair);
        Path unused =
                Archives.ofConstants(folder, pickle, "y = CONSTANTS.c0\nreturn torch.relu(x)");
        assertTimeoutPreemptively(
                LIMIT,
                () ->
                        assertEquals(
                                1,
                                Archives.export(unused)
                                        .toOnnx()
                                        .proto()
                                        .getGraph()
                                        .getNodeCount()));
        Path used = Archives.ofConstants(folder, pickle, "return CONSTANTS.c0");
        assertTrue(refused(used).getMessage().contains("elements"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "]q\u0000h\u0000a\u0085 -> holds itself",
                "}(K\u0001K\u0002\u0086K\u0003u\u0085 -> a tuple for a key"
            })
    void constantsThatPyTorchCanNotHoldAreRefused(String pickleAndMessage) throws IOException {
        String[] parts = pickleAndMessage.split(" -> ");
        Path archive =
                Archives.ofConstants(folder, parts[0], "y = CONSTANTS.c0\nreturn torch.relu(x)");
        String message = refused(archive).getMessage();
        assertTrue(message.contains("CONSTANTS.c0") && message.contains(parts[1]), message);
    }

    @Test
    void constantsInOneAnotherWithoutEndAreRefused() throws IOException {
        String pickle = "]".repeat(100_000) + "a".repeat(99_999) + "\u0085";
        Path archive =
                Archives.ofConstants(folder, pickle, "y = CONSTANTS.c0\nreturn torch.relu(x)");
        assertTrue(refused(archive).getMessage().contains("more than 200 deep"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return torch.add(torch.sum(torch.zeros([1000000000000])), x)",
                "return torch.add(x, torch.sum(torch.repeat(torch.arange(3), [1000000000])))"
            })
    void constantsThatNoMemoryHoldsAreRefused(String code) throws IOException {
        Path archive = Archives.ofForward(folder, code);
        InvalidOnnxException e =
                assertThrows(
                        InvalidOnnxException.class,
                        () -> Archives.export(archive).write(folder.resolve("model.onnx")));
        assertTrue(e.getMessage().contains("makes at least "), e.getMessage());
    }

    /** Constants that nobody could compute are left to whoever runs the model. */
    @Test
    void hugeConstantsAreNotComputed() throws IOException {
        Path archive =
                Archives.ofForward(
                        folder,
                        "y = torch.zeros([8000, 8000])\n"
                                + "for i in range(100):\n"
                                + "  y = torch.matmul(y, torch.add(y, i))\n"
                                + "return torch.add(x, torch.sum(y))");
        Path file = folder.resolve("model.onnx");
        assertTimeoutPreemptively(
                LIMIT,
                () -> {
                    Archives.export(archive).write(file);
                    assertTrue(Files.size(file) < 1 << 20);
                });
    }

    @Test
    void anOutputThatNoArrayCanHoldIsRefused() throws IOException {
        Path archive =
                Archives.ofForward(
                        folder, "return torch.expand(torch.slice(x, 1, 0, 1), [2, 1000000000000])");
        MalformedModelException e =
                assertThrows(
                        MalformedModelException.class,
                        () -> Archives.export(archive).write(folder.resolve("model.onnx")));
        assertTrue(e.getMessage().contains("'<root>' with more than"), e.getMessage());
    }

    @Test
    void inputsThatTheModelDoesNotTakeAreRefused() throws IOException {
        Path archive = Archives.ofForward(folder, "return torch.relu(x)");
        assertSays(archive, "banana", "input x is of type banana", 2L, 3L);
        assertSays(archive, "complex64", "give its real view (torch.view_as_real)", 2L, 3L);
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Archives.export(archive, "float32", -1L, 3L));
        assertTrue(e.getMessage().contains("input x has the shape [-1, 3]"), e.getMessage());
    }

    @Test
    void whatIsComplexAndHasNoRealFormIsSaidAsWhatItIs() throws IOException {
        for (String[] code :
                new String[][] {
                    {"return torch.view_as_complex(x)", "output 0 holds complex numbers"},
                    {
                        "return torch.real(torch.asin(torch.view_as_complex(x)))",
                        "aten::asin computes with complex numbers, for which the export has no real"
                    },
                    {
                        "return torch.imag(x)",
                        "aten::imag takes complex numbers, and is given real ones"
                    },
                    {
                        "return torch.real(torch.fft_fft(torch.repeat(x, [1, 9999])))",
                        "aten::fft_fft transforms 19998 numbers, which takes a matrix of"
                    },
                    {
                        "return torch.real(torch.fft_fft(torch.slice(x, 1, 2), 1073741824))",
                        "aten::fft_fft transforms 0 numbers"
                    },
                    {
                        "return torch.stft(torch.flatten(x), 8, 2, None, None, False, True, False)",
                        "aten::stft takes windows of 8 numbers out of"
                    },
                    {
                        "return torch.stft(torch.flatten(x), 4, 0, None, None, False, True, False)",
                        "aten::stft has windows 0 numbers apart"
                    },
                    {
                        "return torch.view_as_real(torch.view_as_complex(torch.slice(x, 1, 1)))",
                        "aten::view_as_complex makes complex numbers of a tensor of shape"
                    }
                }) {
            Path archive = Archives.ofForward(folder, code[0]);
            assertSays(archive, "float32", code[1], 3L, 2L);
        }
    }

    private static void assertSays(Path archive, String type, String part, Long... shape) {
        MalformedModelException e =
                assertThrows(
                        MalformedModelException.class, () -> Archives.export(archive, type, shape));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0,3", "2,0", "1099511627776,1099511627776"})
    void inputsOfOddShapesEndOneWayOrTheOther(String shape) throws IOException {
        Long[] lengths =
                Arrays.stream(shape.split(","))
                        .filter(n -> !n.isEmpty())
                        .map(Long::valueOf)
                        .toArray(Long[]::new);
        for (String code :
                new String[] {
                    "return torch.flatten(x, 1)",
                    "return torch.matmul(x, torch.t(x))",
                    "return torch.softmax(torch.mean(x, [1], False), 0)",
                    "return torch.reshape(x, [-1, 3])"
                }) {
            endsWell(Archives.ofForward(folder, code), "float32", lengths);
        }
    }

    @Test
    void weightsThatAreCutShortOrMissingAreNamed() throws Exception {
        Path archive = OPERATORS.resolve("refused_complex_traced.pt");
        Map<String, byte[]> entries = withRelu(archive);
        assertFalse(export(entries).toOnnx().toBytes().length == 0);
        String storage = "refused_complex_traced/data/0";
        entries.put(storage, Arrays.copyOf(entries.get(storage), 5));
        InvalidArchiveException cut =
                assertThrows(InvalidArchiveException.class, () -> export(entries).toOnnx());
        assertTrue(cut.getMessage().contains("lin.weight is cut short"), cut.getMessage());
        entries.remove(storage);
        Path file = folder.resolve("model.onnx");
        InvalidArchiveException missing =
                assertThrows(InvalidArchiveException.class, () -> export(entries).write(file));
        assertTrue(missing.getMessage().contains("lacks " + storage), missing.getMessage());
        assertTrue(Files.notExists(file));
    }

    /** A committed archive whose code exports, so that its weights are read. */
    private static Map<String, byte[]> withRelu(Path archive) throws IOException {
        Map<String, byte[]> entries = Archives.entries(archive);
        entries.replaceAll(
                (name, bytes) ->
                        name.endsWith("refused.py")
                                ? Archives.bytes(
                                        new String(
                                                        bytes,
                                                        java.nio.charset.StandardCharsets
                                                                .ISO_8859_1)
                                                .replace("fft_rfft", "relu")
                                                .replace("fft_irfft", "relu"))
                                : bytes);
        return entries;
    }

    private ExportedModel export(Map<String, byte[]> entries) throws Exception {
        return Archives.export(Archives.write(folder, entries), "float32", 3L, 8L);
    }

    /** Bytes changed at random, the same each time: none may end in another exception. */
    @ParameterizedTest
    @ValueSource(
            strings = {"refused_several_scripted", "named_tuple_scripted", "early_return_scripted"})
    void damagedArchivesEndOneWayOrTheOther(String model) throws IOException {
        Path archive = OPERATORS.resolve(model + ".pt");
        Map<String, byte[]> whole = new TreeMap<>(Archives.entries(archive));
        whole.keySet().removeIf(name -> name.endsWith(".debug_pkl"));
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            Map<String, byte[]> entries = new TreeMap<>(whole);
            String name = whole.keySet().toArray(String[]::new)[random.nextInt(whole.size())];
            byte[] bytes = whole.get(name).clone();
            if (bytes.length == 0 || random.nextInt(4) == 0) {
                entries.put(name, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            } else {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                entries.put(name, bytes);
            }
            endsWell(Archives.write(folder, entries), "float32", 3L, 4L, 4L);
        }
    }

    private void endsWell(Path archive, String type, Long... shape) {
        assertTimeoutPreemptively(
                LIMIT,
                () -> {
                    try {
                        Archives.export(archive, type, shape).toOnnx();
                    } catch (MalformedModelException | IOException e) {
                        assertTrue(e.getMessage().contains(".p"), e.toString());
                    }
                });
    }

    private MalformedModelException refused(Path archive) {
        return assertTimeoutPreemptively(
                LIMIT,
                () ->
                        assertThrows(
                                MalformedModelException.class,
                                () -> Archives.export(archive).toOnnx()));
    }
}
