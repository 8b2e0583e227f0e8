package io.rangefinder.engine.inspect;

import static io.rangefinder.engine.fixtures.SmallModel.integer;
import static io.rangefinder.engine.fixtures.SmallModel.string;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnx.OnnxModel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelLayersTest {

    @Test
    void recurrentLayersAndEinsumWithAWeightCount() throws Exception {
        OnnxModel model =
                new SmallModel()
                        .input("x", 3, 2, 4)
                        .weight("w", 1, 8, 4)
                        .weight("r", 1, 8, 2)
                        .weight("v", 3, 2, 4)
                        .node("LSTM", "x,w,r", "a", integer("hidden_size", 2))
                        .node("Einsum", "x,v", "b", string("equation", "abc,abc->ab"))
                        .node("Einsum", "x,x", "c", string("equation", "abc,abc->ab"))
                        .output("a")
                        .output("b")
                        .output("c")
                        .build(13);
        assertEquals(
                List.of("LSTM a", "Einsum b"),
                new ModelLayers(model)
                        .unquantized().stream().map(l -> l.operator() + " " + l.output()).toList());
    }

    /** ONNX: 3 is int8, 17 float8e4m3fn, 22 int4; a missing zero point leaves it to the others. */
    @ParameterizedTest
    @CsvSource({"INT8, ''", "UINT8, ''", "FLOAT8E4M3FN, FLOAT8E4M3FN", "INT4, INT4"})
    void typeOfQdqIsTold(DataType type, String other) throws Exception {
        TensorProto values =
                TensorProto.newBuilder()
                        .setName("v")
                        .addDims(2)
                        .addDims(2)
                        .setDataType(type.getNumber())
                        .setRawData(ByteString.copyFrom(new byte[type == DataType.INT4 ? 2 : 4]))
                        .build();
        OnnxModel model =
                new SmallModel()
                        .input("x", 2, 2)
                        .constant(values)
                        .floats("s", new float[] {1})
                        .node("DequantizeLinear", "v,s", "w")
                        .node("MatMul", "x,w", "y")
                        .output("y")
                        .build(21);
        assertEquals(
                Optional.of(other).filter(o -> !o.isEmpty()),
                new ModelLayers(model).weighted().get(0).otherType());
    }
}
