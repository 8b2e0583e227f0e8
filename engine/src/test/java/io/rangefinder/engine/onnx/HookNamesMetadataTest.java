package io.rangefinder.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.rangefinder.engine.fixtures.SmallModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of hook points in a model's metadata, which anybody may have written. */
class HookNamesMetadataTest {

    private static final HookNames NAMES =
            new HookNames(Map.of("y", List.of("fc", "net/y")), Set.of("dropped"));

    private static ModelProto.Builder model() {
        ModelProto.Builder model =
                new SmallModel()
                        .input("x", 1, 2).node("Relu", "x", "y").output("y").proto(13).toBuilder();
        NAMES.writeTo(model);
        return model;
    }

    @Test
    void whatWasWrittenIsRead() throws Exception {
        OnnxModel model = OnnxModel.of(model().build(), "m.onnx");
        assertEquals(NAMES, HookNames.of(model).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[",
                "[null]",
                "[1]",
                "1",
                "{\"y\": null}",
                "{\"y\": [null]}",
                "{\"y\": [\"fc\", null]}",
                "{\"y\": 1}",
                "{\"y\": [], \"y\": []}"
            })
    void damagedNamesAreRefused(String json) {
        for (int key = 0; key < 2; key++) {
            if (key == 1 && json.equals("[1]")) {
                continue; // A name like another.
            }
            ModelProto.Builder damaged = model();
            damaged.getMetadataPropsBuilder(key).setValue(json);
            InvalidOnnxException e =
                    assertThrows(
                            InvalidOnnxException.class,
                            () -> HookNames.of(OnnxModel.of(damaged.build(), "m.onnx")));
            assertTrue(e.getMessage().startsWith("m.onnx: its metadata "), e.getMessage());
        }
    }
}
