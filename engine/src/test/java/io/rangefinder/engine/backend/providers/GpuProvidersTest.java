package io.rangefinder.engine.backend.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.rangefinder.engine.onnxruntime.Execution;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GpuProvidersTest {

    /** Stands in for ONNX Runtime's options, which can't be made without a device. */
    private static final class RecordingSink implements ProviderSink {

        final List<String> asked = new ArrayList<>();

        @Override
        public void addTensorRt(Map<String, String> options) {
            asked.add("tensorrt " + options);
        }

        @Override
        public void addCuda(Map<String, String> options) {
            asked.add("cuda " + options);
        }
    }

    private static GpuSettings settings(
            Provider provider, int device, boolean fp16, OptionalLong workspace) {
        return new GpuSettings(
                provider, device, Path.of("/c/key"), Path.of("/c/timings"), fp16, workspace);
    }

    private static List<String> asked(GpuSettings settings) throws Exception {
        RecordingSink sink = new RecordingSink();
        new GpuProviders(settings).addTo(sink);
        return sink.asked;
    }

    @Test
    void tensorRtComesBeforeCudaWithInt8AndBothCaches() throws Exception {
        assertEquals(
                List.of(
                        "tensorrt {device_id=1, trt_engine_cache_enable=1,"
                                + " trt_engine_cache_path=/c/key, trt_fp16_enable=1,"
                                + " trt_int8_enable=1, trt_max_workspace_size=1048576,"
                                + " trt_timing_cache_enable=1,"
                                + " trt_timing_cache_path=/c/timings}",
                        "cuda {device_id=1}"),
                asked(settings(Provider.TENSORRT, 1, true, OptionalLong.of(1 << 20))));
    }

    @Test
    void float16CanBeForbiddenAndTheWorkspaceLeftToOnnxRuntime() throws Exception {
        String tensorRt = asked(settings(Provider.TENSORRT, 0, false, OptionalLong.empty())).get(0);
        assertEquals(
                "tensorrt {device_id=0, trt_engine_cache_enable=1, trt_engine_cache_path=/c/key,"
                        + " trt_fp16_enable=0, trt_int8_enable=1, trt_timing_cache_enable=1,"
                        + " trt_timing_cache_path=/c/timings}",
                tensorRt);
    }

    @Test
    void cudaAloneAsksForNothingOfTensorRt() throws Exception {
        assertEquals(
                List.of("cuda {device_id=3}"),
                asked(settings(Provider.CUDA, 3, true, OptionalLong.empty())));
    }

    @Test
    void tensorRtGetsTheFileAsItStands() {
        assertEquals(
                Execution.UNOPTIMIZED,
                new GpuProviders(settings(Provider.TENSORRT, 0, true, OptionalLong.empty()))
                        .execution());
    }

    @Test
    void impossibleNumbersAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> settings(Provider.CUDA, -1, true, OptionalLong.empty()));
        assertThrows(
                IllegalArgumentException.class,
                () -> settings(Provider.CUDA, 0, true, OptionalLong.of(0)));
    }
}
