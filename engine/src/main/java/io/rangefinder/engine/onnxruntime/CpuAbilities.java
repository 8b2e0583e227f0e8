package io.rangefinder.engine.onnxruntime;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OpsetConverter;
import io.rangefinder.engine.onnx.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What ONNX Runtime's int8 kernels can do on this CPU.
 *
 * <p>Without VNNI, x86 kernels add two products of uint8 and int8 in 16 bits, which saturates. Then
 * 8-bit weights lose accuracy, and 7-bit weights must be used.
 *
 * @param saturates whether sums of products were seen to saturate
 * @param feature the CPU's instructions for int8 products as the operating system names them, such
 *     as {@code avx512_vnni}; empty if there are none or if it does not tell
 */
public record CpuAbilities(boolean saturates, Optional<String> feature) {

    private static final List<String> FEATURES =
            List.of("amx_int8", "avx512_vnni", "avx_vnni", "i8mm", "asimddp");
    private static final int DEPTH = 64;
    private static final int COLUMNS = 32;

    /**
     * Finds out by multiplying the largest uint8 and int8 numbers and comparing with the exact sum;
     * takes a few milliseconds.
     *
     * @return what this CPU can do
     */
    public static CpuAbilities probe() {
        byte[] full = new byte[DEPTH];
        Arrays.fill(full, (byte) 255);
        ByteBuffer row = ByteBuffer.allocateDirect(DEPTH).put(full);
        int exact = DEPTH * 255 * 127;
        try (OrtModel product =
                OrtModel.load(product().toByteArray(), "int8 probe", Execution.INTEGER, 1)) {
            NamedTensor sums =
                    product.run(
                                    List.of(
                                            new NamedTensor(
                                                    "row",
                                                    DataType.UINT8,
                                                    new Shape(1, DEPTH),
                                                    row)))
                            .get(0);
            boolean saturates = false;
            while (sums.data().hasRemaining()) {
                saturates |= sums.data().getInt() != exact;
            }
            return new CpuAbilities(saturates, feature(Path.of("/proc/cpuinfo")));
        } catch (InvalidOnnxException e) {
            throw new IllegalStateException("ONNX Runtime refuses a product of int8 matrices", e);
        }
    }

    /**
     * The number of bits to give weights.
     *
     * @return 8, or 7 where 8 would saturate
     */
    public int weightBits() {
        return saturates ? 7 : 8;
    }

    /**
     * Explains the choice of {@link #weightBits} for a log line.
     *
     * @return one sentence
     */
    public String explanation() {
        return String.format(
                "%d-bit weights: int8 sums %s on this CPU (%s)",
                weightBits(),
                saturates ? "saturate" : "are exact",
                feature.orElse("no int8 instructions named"));
    }

    static Optional<String> feature(Path cpuinfo) {
        try (Stream<String> lines = Files.lines(cpuinfo)) {
            List<String> flags =
                    lines.filter(l -> l.startsWith("flags") || l.startsWith("Features"))
                            .limit(1)
                            .flatMap(l -> Stream.of(l.split("\\s+")))
                            .toList();
            return FEATURES.stream().filter(flags::contains).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A row of uint8 times a matrix of int8 127, into int32. */
    private static ModelProto product() {
        byte[] matrix = new byte[DEPTH * COLUMNS];
        Arrays.fill(matrix, (byte) 127);
        GraphProto graph =
                GraphProto.newBuilder()
                        .setName("probe")
                        .addInput(value("row", TensorProto.DataType.UINT8, DEPTH))
                        .addOutput(value("sums", TensorProto.DataType.INT32, COLUMNS))
                        .addInitializer(Tensors.bytes("matrix", true, matrix, DEPTH, COLUMNS))
                        .addNode(
                                Nodes.of(
                                        "MatMulInteger",
                                        "product",
                                        List.of("row", "matrix"),
                                        "sums"))
                        .build();
        return ModelProto.newBuilder()
                .setIrVersion(7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OpsetConverter.OPSET))
                .setGraph(graph)
                .build();
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, long columns) {
        TypeProto.Tensor.Builder tensor =
                TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
        tensor.getShapeBuilder().addDimBuilder().setDimValue(1);
        tensor.getShapeBuilder().addDimBuilder().setDimValue(columns);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
