package io.rangefinder.engine.backend.providers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How a session runs on a GPU.
 *
 * @param provider what executes it
 * @param device the GPU's number, from 0, as CUDA counts
 * @param engines the folder that keeps the engines which TensorRT builds of this very model. ONNX
 *     Runtime tells them apart by the model's graph and not by its weights: each model needs a
 *     folder of its own
 * @param timings the folder that keeps the times of tactics, for all models
 * @param fp16 whether what is not INT8 may be float16
 * @param workspace the most scratch memory for a layer in bytes, or empty for ONNX Runtime's
 *     default
 */
public record GpuSettings(
        Provider provider,
        int device,
        Path engines,
        Path timings,
        boolean fp16,
        OptionalLong workspace) {

    /**
     * Checks the numbers.
     *
     * @param provider what executes it
     * @param device the GPU's number
     * @param engines the folder of this model's engines
     * @param timings the folder of times
     * @param fp16 whether what is not INT8 may be float16
     * @param workspace the most scratch memory for a layer in bytes
     * @throws IllegalArgumentException if the device is negative or the workspace less than a byte
     */
    public GpuSettings {
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(engines, "engines");
        Objects.requireNonNull(timings, "timings");
        if (device < 0) {
            throw new IllegalArgumentException("GPUs are numbered from 0, not " + device);
        }
        if (workspace.isPresent() && workspace.getAsLong() < 1) {
            throw new IllegalArgumentException(
                    "a workspace has at least 1 byte, not " + workspace.getAsLong());
        }
    }

    /**
     * The TensorRT provider's options, which ONNX Runtime documents at
     * https://onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html.
     *
     * @return texts by name, sorted
     */
    Map<String, String> tensorRtOptions() {
        Map<String, String> options = new TreeMap<>();
        options.put("device_id", Integer.toString(device));
        options.put("trt_int8_enable", "1");
        options.put("trt_fp16_enable", fp16 ? "1" : "0");
        options.put("trt_engine_cache_enable", "1");
        options.put("trt_engine_cache_path", engines.toString());
        options.put("trt_timing_cache_enable", "1");
        options.put("trt_timing_cache_path", timings.toString());
        workspace.ifPresent(w -> options.put("trt_max_workspace_size", Long.toString(w)));
        return options;
    }

    /**
     * The CUDA provider's options.
     *
     * @return texts by name, sorted
     */
    Map<String, String> cudaOptions() {
        return new TreeMap<>(Map.of("device_id", Integer.toString(device)));
    }
}
