package io.rangefinder.engine.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.OutputNames;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each fixture, exported for the shapes of its first batch, gives in ONNX Runtime what PyTorch
 * gave, for batches of every length.
 */
class OperatorsTest {

    static final double LEAST_DB = 80;

    /** One bakes its batch when it is traced, one asks for the least length of any axis. */
    private static final Set<String> FIXED_BATCH =
            Set.of("write_broadcast_baked_traced.pt", "affine_grid_scripted.pt");

    @TestFactory
    Stream<DynamicTest> exportedModelsGiveWhatPyTorchGave() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (int opset : new int[] {13, 17}) {
            for (Path archive : Fixture.exportable(opset)) {
                tests.add(
                        DynamicTest.dynamicTest(
                                archive.getFileName() + ", opset " + opset,
                                () -> compare(archive, opset)));
            }
        }
        return tests.stream();
    }

    private static void compare(Path archive, int opset) throws Exception {
        Fixture fixture = Fixture.read(archive);
        ExportedModel exported =
                ModelExporter.export(archive, fixture.inputs(), new ExportOptions(opset, false));
        assertEquals(
                FIXED_BATCH.contains(archive.getFileName().toString()),
                exported.fixedBatch().isPresent(),
                () -> exported.fixedBatch().toString());
        OnnxModel model = exported.toOnnx();
        List<Fixture.Batch> batches =
                exported.fixedBatch().isPresent()
                        ? fixture.batches().subList(0, 1)
                        : fixture.batches();
        List<String> wrong = new ArrayList<>();
        try (OrtModel session =
                OrtModel.load(model.toBytes(), model.source(), execution(opset), 1)) {
            for (Fixture.Batch batch : batches) {
                List<NamedTensor> outputs = session.run(batch.inputsOf(session));
                List<NamedTensor> expected = inOrder(model, batch.outputs());
                assertEquals(expected.size(), outputs.size());
                for (int i = 0; i < outputs.size(); i++) {
                    String difference =
                            difference(expected.get(i), outputs.get(i), leastDb(archive));
                    if (!difference.isEmpty()) {
                        wrong.add(
                                batch.inputs().get(0).shape()
                                        + " output"
                                        + expected.get(i).name()
                                        + " "
                                        + outputs.get(i).name()
                                        + ": "
                                        + difference);
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** What PyTorch gave, a dict's entries in the order that the model says it has them in. */
    static List<NamedTensor> inOrder(OnnxModel model, List<NamedTensor> given) {
        List<String> keys = OutputNames.of(model.metadata()).orElseThrow().names();
        List<NamedTensor> left = new ArrayList<>(given);
        List<NamedTensor> ordered = new ArrayList<>();
        for (String key : keys) {
            NamedTensor next =
                    left.stream()
                            .filter(t -> key.isEmpty() || t.name().endsWith("[" + key + "]"))
                            .findFirst()
                            .orElseThrow();
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    /** As users run it, and as it was written. */
    private static Execution execution(int opset) {
        return opset == 13 ? Execution.INTEGER : Execution.UNOPTIMIZED;
    }

    /** What PyTorch rounds to 8 or 11 bits is computed with 24 or in another order. */
    private static double leastDb(Path archive) {
        String name = archive.getFileName().toString();
        return name.startsWith("bfloat16") ? 35 : name.startsWith("float16") ? 50 : LEAST_DB;
    }

    static String difference(NamedTensor expected, NamedTensor actual, double leastDb) {
        if (!expected.shape().equals(actual.shape())) {
            return expected.shape() + " expected, " + actual.shape() + " made";
        }
        if (expected.type() != actual.type()) {
            return expected.type() + " expected, " + actual.type() + " made";
        }
        double[] a = values(expected);
        double[] b = values(actual);
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < a.length; i++) {
            if (!Double.isFinite(a[i]) || !expected.type().isFloating()) {
                if (Double.compare(a[i], b[i]) != 0) {
                    return a[i] + " expected, " + b[i] + " made at " + i;
                }
            } else {
                signal += a[i] * a[i];
                noise += (a[i] - b[i]) * (a[i] - b[i]);
            }
        }
        double least = expected.type() == DataType.FLOAT16 ? 50 : leastDb;
        double db = 10 * Math.log10(signal / noise);
        // What is zero throughout has no signal: then only the noise counts.
        boolean same = noise == 0 || db >= least || (signal < 1e-12 && noise < 1e-12);
        return same ? "" : String.format("%.1f dB", db);
    }

    private static double[] values(NamedTensor tensor) {
        ByteBuffer data = tensor.data().duplicate().order(ByteOrder.nativeOrder()).clear();
        double[] values = new double[Math.toIntExact(tensor.shape().size())];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    switch (tensor.type()) {
                        case FLOAT32 -> data.getFloat();
                        case FLOAT64 -> data.getDouble();
                        case INT64 -> data.getLong();
                        case INT32 -> data.getInt();
                        case INT16, FLOAT16, BFLOAT16 -> data.getShort();
                        default -> data.get();
                    };
        }
        return values;
    }
}
