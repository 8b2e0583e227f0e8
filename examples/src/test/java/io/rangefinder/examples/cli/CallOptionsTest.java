package io.rangefinder.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.examples.Invocation;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verbs on methods other than forward, and with arguments that are no tensors. */
class CallOptionsTest {

    private static final Path MODEL =
            Path.of("../engine/src/test/resources/calls/methods.pt").toAbsolutePath().normalize();

    @TempDir static Path folder;

    @BeforeAll
    static void writeInputs() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = new NDList(manager.randomNormal(new Shape(16, 8)));
            inputs.get(0).setName("x");
            write(inputs, "x.npz");
            inputs.add(manager.randomNormal(new Shape(16, 1)));
            inputs.get(1).setName("scale");
            write(inputs, "xs.npz");
        }
    }

    private static void write(NDList arrays, String name) throws Exception {
        try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
            arrays.encode(out, NDList.Encoding.NPZ);
        }
    }

    private static Invocation run(String verb, String inputs, String... more) {
        List<Object> words = new ArrayList<>(List.of(verb, MODEL));
        if (!inputs.isEmpty()) {
            words.addAll(List.of("--inputs", folder.resolve(inputs)));
        }
        words.addAll(Arrays.asList(more));
        return Invocation.of(words.toArray());
    }

    private static String in(String file) {
        return folder.resolve(file).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "embed, xs.npz, --module-method embed, 30",
        "resample, x.npz, --module-method resample --argument rate=8000, 30"
    })
    void whatWasCapturedIsWhatTheOtherVerbsRun(
            String name, String inputs, String call, double atLeast) {
        String ranges = in(name + ".ranges");
        List<String> capture = new ArrayList<>(List.of(call.split(" ")));
        capture.addAll(List.of("--output", ranges));
        run("capture", inputs, capture.toArray(new String[0])).succeeded();
        List<String> export = new ArrayList<>(List.of(call.split(" ")));
        export.addAll(List.of("--output", in(name + ".onnx")));
        run("export", inputs, export.toArray(new String[0])).succeeded();
        run("quantize", "", "--ranges", ranges, "--target", "cpu", "--output", in("q.onnx"))
                .succeeded();

        Invocation compared =
                run(
                        "compare",
                        inputs,
                        "--ranges",
                        ranges,
                        "--backend",
                        "simulate",
                        "--cache",
                        in("cache"));
        assertEquals(0, compared.status(), compared.err()::toString);
        double decibels =
                compared.out().stream()
                        .filter(l -> l.startsWith("sqnr-db "))
                        .mapToDouble(l -> Double.parseDouble(l.substring(8)))
                        .findFirst()
                        .orElseThrow();
        assertTrue(decibels > atLeast, compared.out()::toString);
    }

    @Test
    void rangesWithoutHeaderAreToldTheCall() {
        run("capture", "xs.npz", "--module-method", "embed", "--output", in("e.txt")).succeeded();
        run(
                        "quantize",
                        "xs.npz",
                        "--module-method",
                        "embed",
                        "--ranges",
                        in("e.txt"),
                        "--target",
                        "cpu",
                        "--output",
                        in("e.int8.onnx"))
                .succeeded();
    }

    @Test
    void whatDoesNotFitIsOneLine() {
        run("capture", "x.npz", "--module-method", "decode", "--output", in("d.ranges"))
                .failed(1, "has no method decode; ");
        run("capture", "x.npz", "--module-method", "resample", "--output", in("d.ranges"))
                .failed(1, "resample of ", "takes rate, which is of type int", "--argument rate=");
        run("export", "x.npz", "--argument", "rate", "--output", in("d.onnx"))
                .failed(2, "--argument: an argument must read like rate=16000, but is rate");
        run("capture", "x.npz", "--argument", "rat=1", "--output", in("d.ranges"))
                .failed(1, "takes no argument rat; forward takes (x)", "resample takes (x, rate)");
        run("capture", "x.npz", "--output", in("f.ranges")).succeeded();
        run(
                        "quantize",
                        "",
                        "--ranges",
                        in("f.ranges"),
                        "--module-method",
                        "embed",
                        "--output",
                        in("d.onnx"))
                .failed(1, "captured through forward(x), not embed()");
    }
}
