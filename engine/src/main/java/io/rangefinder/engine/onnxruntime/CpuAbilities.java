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
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What ONNX Runtime's int8 kernels can do on this CPU.
 *
 * <p>Without VNNI, x86 kernels add two products of uint8 and int8 in 16 bits, which saturates. Then
 * 8-bit weights lose accuracy, and 7-bit weights must be used.
 *
 * <p>Versions up to 1.24 add up wrongly with AMX where 32 rows meet a part of the columns that
 * fills no whole tile. There Q/DQ are computed in float.
 *
 * @param saturates whether sums of products were seen to saturate
 * @param wrong whether sums that can't saturate were seen to be wrong
 * @param feature the CPU's instructions for int8 products as the operating system names them, such
 *     as {@code avx512_vnni}; empty if there are none or if it does not tell
 */
public record CpuAbilities(boolean saturates, boolean wrong, Optional<String> feature) {

    private static final List<String> FEATURES =
            List.of("amx_int8", "avx512_vnni", "avx_vnni", "i8mm", "asimddp");
    private static final int DEPTH = 64;

    /**
     * One row more and one column less than whole tiles of 32 by 32, so that each loop is taken.
     */
    private static final int ROWS = 33;

    private static final int COLUMNS = 31;

    /** Two products of it and a uint8 fit into 16 bits. */
    private static final int UNSATURATED = 63;

    /**
     * Finds out by multiplying numbers and comparing with the exact sums: the largest, whose sums
     * saturate first, and smaller ones that differ; takes a few milliseconds.
     *
     * @return what this CPU can do
     */
    public static CpuAbilities probe() {
        int[] largest = new int[ROWS * DEPTH];
        Arrays.fill(largest, 255);
        int[] largestWeights = new int[DEPTH * COLUMNS];
        Arrays.fill(largestWeights, 127);
        int[] mixed = IntStream.range(0, ROWS * DEPTH).map(i -> i * 37 % 256).toArray();
        int[] mixedWeights =
                IntStream.range(0, DEPTH * COLUMNS)
                        .map(i -> i * 29 % (2 * UNSATURATED + 1) - UNSATURATED)
                        .toArray();
        return new CpuAbilities(
                !exact(largest, largestWeights),
                !exact(mixed, mixedWeights),
                feature(Path.of("/proc/cpuinfo")));
    }

    private static boolean exact(int[] left, int[] right) {
        ByteBuffer rows = ByteBuffer.allocateDirect(left.length);
        Arrays.stream(left).forEach(x -> rows.put((byte) x));
        byte[] weights = new byte[right.length];
        IntStream.range(0, right.length).forEach(i -> weights[i] = (byte) right[i]);
        try (OrtModel product =
                OrtModel.load(product(weights).toByteArray(), "int8 probe", Execution.INTEGER, 1)) {
            IntBuffer sums =
                    product.run(
                                    List.of(
                                            new NamedTensor(
                                                    "rows",
                                                    DataType.UINT8,
                                                    new Shape(ROWS, DEPTH),
                                                    rows.flip())))
                            .get(0)
                            .data()
                            .asIntBuffer();
            return IntStream.range(0, ROWS * COLUMNS)
                    .allMatch(i -> sums.get(i) == sum(left, right, i / COLUMNS, i % COLUMNS));
        } catch (InvalidOnnxException e) {
            throw new IllegalStateException("ONNX Runtime refuses a product of int8 matrices", e);
        }
    }

    private static int sum(int[] left, int[] right, int row, int column) {
        return IntStream.range(0, DEPTH)
                .map(k -> left[row * DEPTH + k] * right[k * COLUMNS + column])
                .sum();
    }

    /**
     * How to run a model for this CPU.
     *
     * @return with integer kernels, or in float where those are wrong
     */
    public Execution execution() {
        return wrong ? Execution.SIMULATED : Execution.INTEGER;
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
        String named = feature.orElse("no int8 instructions named");
        if (wrong) {
            return String.format(
                    "%d-bit weights, Q/DQ in float: this version of ONNX Runtime gives wrong int8"
                            + " sums on this CPU (%s); use 1.26 or later for its speed",
                    weightBits(), named);
        }
        return String.format(
                "%d-bit weights: int8 sums %s on this CPU (%s)",
                weightBits(), saturates ? "saturate" : "are exact", named);
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

    /** Rows of uint8 times a matrix of int8, into int32. */
    private static ModelProto product(byte[] matrix) {
        GraphProto graph =
                GraphProto.newBuilder()
                        .setName("probe")
                        .addInput(value("rows", TensorProto.DataType.UINT8, DEPTH))
                        .addOutput(value("sums", TensorProto.DataType.INT32, COLUMNS))
                        .addInitializer(Tensors.bytes("matrix", true, matrix, DEPTH, COLUMNS))
                        .addNode(
                                Nodes.of(
                                        "MatMulInteger",
                                        "product",
                                        List.of("rows", "matrix"),
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
        tensor.getShapeBuilder().addDimBuilder().setDimValue(ROWS);
        tensor.getShapeBuilder().addDimBuilder().setDimValue(columns);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
