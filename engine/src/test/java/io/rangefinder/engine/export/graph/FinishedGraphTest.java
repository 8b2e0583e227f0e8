package io.rangefinder.engine.export.graph;

import static io.rangefinder.engine.export.graph.StoredArchive.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.engine.export.interpret.ArchiveWeights;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.onnx.OnnxModel;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights beside the model, as if they took more than 2 GB. */
class FinishedGraphTest {

    private static final List<Dim> BATCH = List.of(Dim.BATCH, Dim.of(2));

    @TempDir Path folder;

    /** {@code x @ w + b} with a transposed weight. */
    private static FinishedGraph graph(StorageReader storages, long elements) throws Exception {
        GraphBuilder graph = new GraphBuilder(storages, 13);
        SymbolicTensor x = graph.input("x", ElementType.FLOAT32, BATCH);
        SymbolicTensor weight = weight("w", elements, 0, List.of(2L, 2L), List.of(1L, 2L));
        SymbolicTensor bias = weight("b", elements, 4, List.of(2L), List.of(1L));
        SymbolicTensor product =
                graph.node("MatMul", ElementType.FLOAT32, BATCH, List.of(x, weight));
        return graph.finish(
                List.of(graph.node("Add", ElementType.FLOAT32, BATCH, List.of(product, bias))));
    }

    private static SymbolicTensor weight(
            String path, long elements, long offset, List<Long> shape, List<Long> strides) {
        return new SymbolicTensor(
                ElementType.FLOAT32,
                shape.stream().map(Dim::of).toList(),
                new Source.Stored(tensor(elements, offset, shape, strides), path));
    }

    @Test
    void weightsBesideTheModelAreReadBackAsThoseInIt() throws Exception {
        try (TorchScriptArchive archive = StoredArchive.of(folder, 1, 2, 3, 4, 5, 6)) {
            StorageReader storages = new StorageReader(new ArchiveWeights(archive));
            FinishedGraph graph = graph(storages, 6);
            assertEquals(24, graph.weightBytes());
            Path whole = folder.resolve("whole.onnx");
            Path split = folder.resolve("split.onnx");
            graph.write(whole, storages, 24);
            graph.write(split, storages, 23);
            assertEquals(24, Files.size(folder.resolve("split.onnx.data")));
            assertTrue(Files.notExists(folder.resolve("whole.onnx.data")));
            assertArrayEquals(graph.toModel(storages).toByteArray(), Files.readAllBytes(whole));
            assertEquals(OnnxModel.read(whole).proto(), OnnxModel.read(split).proto());
            assertEquals(graph.toModel(storages), OnnxModel.read(split).proto());
            try (InputStream in = Files.newInputStream(split)) {
                for (TensorProto tensor :
                        ModelProto.parseFrom(in).getGraph().getInitializerList()) {
                    assertEquals(TensorProto.DataLocation.EXTERNAL, tensor.getDataLocation());
                    assertTrue(tensor.getRawData().isEmpty());
                }
            }
        }
    }

    @Test
    void nothingIsLeftOfAModelWhoseWeightsAreCutShort() throws Exception {
        try (TorchScriptArchive archive = StoredArchive.of(folder, 1, 2, 3, 4)) {
            StorageReader storages = new StorageReader(new ArchiveWeights(archive));
            FinishedGraph graph = graph(storages, 6);
            for (long limit : new long[] {0, 1000}) {
                assertThrows(
                        InvalidArchiveException.class,
                        () -> graph.write(folder.resolve("model.onnx"), storages, limit));
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("stored.pt")), files.toList());
        }
    }
}
