package io.rangefinder.engine.tensorrt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.tensorrt.jni.JniUtils;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is called exists in DJL's library itself; no device or TensorRT is needed to see it. */
class DjlTrtNativeTest {

    private static final Map<String, List<Class<?>>> CALLS = new LinkedHashMap<>();

    static {
        CALLS.put(
                "loadTrtModel",
                List.of(int.class, String.class, int.class, String[].class, String[].class));
        CALLS.put("deleteTrtModel", List.of(long.class));
        CALLS.put("getInputNames", List.of(long.class));
        CALLS.put("getInputDataTypes", List.of(long.class));
        CALLS.put("getOutputNames", List.of(long.class));
        CALLS.put("getOutputDataTypes", List.of(long.class));
        CALLS.put("createSession", List.of(long.class));
        CALLS.put("deleteSession", List.of(long.class));
        CALLS.put("getShape", List.of(long.class, String.class));
        CALLS.put("bind", List.of(long.class, String.class, ByteBuffer.class));
        CALLS.put("runTrtModel", List.of(long.class));
    }

    @Test
    void djlsLibraryHasEachCallThatIsMade() throws Exception {
        Class<?> library =
                Class.forName(
                        "ai.djl.tensorrt.jni.TrtLibrary", false, JniUtils.class.getClassLoader());
        String symbols;
        try (InputStream in =
                JniUtils.class.getResourceAsStream("/native/lib/linux-x86_64/libdjl_trt.so")) {
            assertNotNull(in);
            symbols = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
        for (var call : CALLS.entrySet()) {
            var method =
                    library.getDeclaredMethod(
                            call.getKey(), call.getValue().toArray(Class<?>[]::new));
            assertTrue(Modifier.isNative(method.getModifiers()), method::toString);
            assertTrue(
                    symbols.contains(
                            "\0Java_ai_djl_tensorrt_jni_TrtLibrary_" + call.getKey() + "\0"),
                    call::toString);
        }
    }

    @Test
    void everyCallOfOursIsOneOfDjls() {
        long ours =
                Arrays.stream(TrtNative.class.getDeclaredMethods())
                        .filter(m -> !m.isSynthetic())
                        .count();
        assertEquals(CALLS.size(), ours);
    }
}
