package io.rangefinder.engine.export.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.onnx.Nodes;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OneFileTest {

    private static TensorProto weight(String name, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.INT8_VALUE);
        for (long axis : shape) {
            tensor.addDims(axis);
        }
        return tensor.build();
    }

    private static ModelProto.Builder model() {
        ModelProto.Builder model = GraphWriter.newModel(13);
        model.addMetadataPropsBuilder().setKey("key").setValue("value");
        model.getGraphBuilder()
                .addNode(Nodes.of("MatMul", "layer", List.of("x", "w"), "y"))
                .addInput(GraphWriter.valueInfo("x", ElementType.FLOAT32, List.of()))
                .addOutput(GraphWriter.valueInfo("y", ElementType.FLOAT32, List.of()));
        return model;
    }

    @Test
    void writesTheBytesThatProtobufWrites() throws Exception {
        // Lengths around those at which another byte tells them, and nothing at all.
        List<TensorProto> weights =
                List.of(
                        weight("a", 1),
                        weight("none", 0),
                        weight("scalar"),
                        weight("w", 127),
                        weight("x", 128),
                        weight("long", 129, 131));
        Random random = new Random(3);
        ModelProto.Builder whole = model();
        byte[][] elements = new byte[weights.size()][];
        for (int i = 0; i < elements.length; i++) {
            int length = 1;
            for (long axis : weights.get(i).getDimsList()) {
                length *= (int) axis;
            }
            elements[i] = new byte[length];
            random.nextBytes(elements[i]);
            whole.getGraphBuilder()
                    .addInitializer(
                            weights.get(i).toBuilder()
                                    .setRawData(ByteString.copyFrom(elements[i])));
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        new OneFile(model().build(), weights).writeTo(written, (i, out) -> out.write(elements[i]));
        assertArrayEquals(whole.build().toByteArray(), written.toByteArray());
    }

    /** More than the JVM of the tests could hold twice. */
    @Test
    void holdsNoWeight() throws Exception {
        byte[] piece = new byte[1 << 16];
        long[] count = {0};
        OutputStream counting =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        count[0]++;
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        count[0] += length;
                    }
                };
        OneFile file = new OneFile(model().build(), List.of(weight("w", 1 << 14, 1 << 16)));
        file.writeTo(
                counting,
                (weight, out) -> {
                    for (int i = 0; i < 1 << 14; i++) {
                        out.write(piece);
                    }
                });
        assertEquals((1L << 30) + file.model().getSerializedSize(), count[0], 64);
    }
}
