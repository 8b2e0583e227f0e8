package io.rangefinder.examples.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.examples.Rangefinder;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ExportCommandTest {

    private static final String MODEL = "models/vit_scripted.pt";

    /** Fixtures of the exporter's own tests. */
    private static final Path OPERATORS = Path.of("../engine/src/test/resources/operators");

    @TempDir static Path folder;

    private record Outcome(int status, String out, String err) {}

    @BeforeAll
    static void writeInputs() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            write(manager, "images.npz", new Shape(5, 1, 28, 28));
            write(manager, "rows.npz", new Shape(3, 4));
            write(manager, "squares.npz", new Shape(3, 4, 3));
        }
    }

    private static void write(NDManager manager, String name, Shape shape) throws Exception {
        NDList list = new NDList(manager.randomNormal(shape));
        list.get(0).setName("x");
        try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
            list.encode(out, NDList.Encoding.NPZ);
        }
    }

    private static Outcome export(String model, String inputs, String output, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Rangefinder.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] words =
                Stream.concat(
                                Stream.of(
                                        "export",
                                        model,
                                        "--inputs",
                                        folder.resolve(inputs).toString(),
                                        "--output",
                                        folder.resolve(output).toString()),
                                Stream.of(more))
                        .toArray(String[]::new);
        int status = commandLine.execute(words);
        return new Outcome(status, out.toString(), err.toString());
    }

    @ParameterizedTest
    @CsvSource({"13, Erf", "17, LayerNormalization"})
    void writesAnOnnxOfTheOpsetForAnyBatch(int opset, String operator) throws Exception {
        String output = "vit" + opset + ".onnx";
        Outcome outcome = export(MODEL, "images.npz", output, "--opset", Integer.toString(opset));
        assertEquals(0, outcome.status(), outcome.err());
        assertTrue(outcome.out().contains("batch  any"), outcome.out());
        OnnxModel model = OnnxModel.read(folder.resolve(output));
        assertEquals(opset, model.opset());
        Set<String> operators = new TreeSet<>();
        model.graph().nodes().forEach(n -> operators.add(n.getOpType()));
        assertTrue(operators.contains(operator), operators::toString);
        assertEquals(
                "batch",
                model.inputs().get(0).getType().getTensorType().getShape().getDim(0).getDimParam());
    }

    @Test
    void listsAllThatCantBeExportedAndWritesNothing() {
        Outcome outcome =
                export(
                        OPERATORS.resolve("refused_several_scripted.pt").toString(),
                        "squares.npz",
                        "refused.onnx");
        assertEquals(1, outcome.status(), outcome.out());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains("can't be exported"), outcome.err());
        assertTrue(outcome.out().lines().allMatch(l -> l.startsWith("no ONNX for ")));
        assertTrue(outcome.out().lines().count() >= 3, outcome.out());
        assertFalse(Files.exists(folder.resolve("refused.onnx")));
    }

    @Test
    void saysWhyTheBatchIsFixed() {
        Outcome outcome =
                export(
                        OPERATORS.resolve("refused_batch_loop_scripted.pt").toString(),
                        "rows.npz",
                        "loop.onnx",
                        "--batch-size",
                        "2");
        assertEquals(0, outcome.status(), outcome.err());
        assertTrue(outcome.out().contains("batch  only as in the inputs"), outcome.out());
        assertTrue(outcome.out().contains("refused.py:"), outcome.out());
    }

    @Test
    void wrongUsageAndMissingFilesFail() {
        assertEquals(2, export(MODEL, "images.npz", "x.onnx", "--opset", "12").status());
        assertEquals(1, export("models/no.pt", "images.npz", "x.onnx").status());
        assertEquals(1, export(MODEL, "no.npz", "x.onnx").status());
        assertEquals(1, export(MODEL, "images.npz", "no-folder/x.onnx").status());
        Outcome wrong = export(MODEL, "rows.npz", "x.onnx");
        assertEquals(1, wrong.status());
        assertEquals(1, wrong.err().lines().count(), wrong.err());
        assertFalse(Files.exists(folder.resolve("x.onnx")));
    }
}
