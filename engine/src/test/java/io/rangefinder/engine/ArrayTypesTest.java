package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.session.ArrayTypes;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Types that would end the JVM in DJL's native code are refused before they get there. */
class ArrayTypesTest {

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(DataType.class)
    void arraysAreMadeOfEachTypeThatIsHeld(DataType type) {
        if (ArrayTypes.hold(type)) {
            try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                ByteBuffer zeros = ByteBuffer.allocateDirect(2 * type.getNumOfBytes());
                assertArrayEquals(
                        new long[] {2},
                        manager.create(zeros, new Shape(2), type).getShape().getShape());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorProto.DataType.class,
            names = {"INT16", "UINT16", "BFLOAT16"})
    void anOutputOfAnotherTypeIsRefusedByName(TensorProto.DataType type) throws Exception {
        Path model = folder.resolve("model.onnx");
        Files.write(model, linearThenCast(type).toByteArray());
        Files.writeString(folder.resolve("model.txt"), "x:1.5\ny:2.5\n");
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(model)
                        .optEngine(Int8.ENGINE)
                        .optOption("backend", "simulate")
                        .optOption("ranges", folder.resolve("model.txt").toString())
                        .optOption("cache", folder.resolve("cache").toString())
                        .build();
        Exception e = assertThrows(Exception.class, criteria::loadModel);
        assertTrue(e instanceof MalformedModelException, e.toString());
        // ONNX Runtime's Java classes tell no unsigned types from signed ones.
        String name = type.name().toLowerCase(Locale.ROOT).replace("uint", "int");
        assertTrue(e.getMessage().contains("'z'") && e.getMessage().contains(name), e.toString());
    }

    @Test
    void sixteenBitIntegersAreNotHeld() {
        assertTrue(!ArrayTypes.hold(DataType.INT16) && !ArrayTypes.hold(DataType.UNKNOWN));
    }

    private static ModelProto linearThenCast(TensorProto.DataType type) {
        int width = 32;
        GraphProto.Builder graph =
                GraphProto.newBuilder()
                        .setName("g")
                        .addInput(value("x", TensorProto.DataType.FLOAT, width))
                        .addOutput(value("z", type, width))
                        .addInitializer(
                                TensorProto.newBuilder()
                                        .setName("w")
                                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                                        .addAllDims(List.of((long) width, (long) width))
                                        .addAllFloatData(Collections.nCopies(width * width, 0.5f)))
                        .addNode(
                                NodeProto.newBuilder()
                                        .setName("matmul")
                                        .setOpType("MatMul")
                                        .addInput("x")
                                        .addInput("w")
                                        .addOutput("y"))
                        .addNode(
                                NodeProto.newBuilder()
                                        .setName("cast")
                                        .setOpType("Cast")
                                        .addInput("y")
                                        .addOutput("z")
                                        .addAttribute(
                                                AttributeProto.newBuilder()
                                                        .setName("to")
                                                        .setType(AttributeProto.AttributeType.INT)
                                                        .setI(type.getNumber())));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build();
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, int width) {
        TypeProto.Builder info = TypeProto.newBuilder();
        info.getTensorTypeBuilder().setElemType(type.getNumber());
        info.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimParam("N");
        info.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimValue(width);
        return ValueInfoProto.newBuilder().setName(name).setType(info).build();
    }
}
