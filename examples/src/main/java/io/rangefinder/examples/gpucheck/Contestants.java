package io.rangefinder.examples.gpucheck;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.backend.Backends;
import io.rangefinder.engine.backend.onnxruntime.OnnxRuntimeBackend;
import io.rangefinder.engine.backend.onnxruntime.SimulationBackend;
import io.rangefinder.engine.backend.providers.OnnxRuntimeGpu;
import io.rangefinder.engine.backend.providers.Provider;
import io.rangefinder.engine.backend.tensorrt.TensorRtBackend;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Everything that the check compares. */
final class Contestants {

    private static final String TENSORRT = "TensorRT";
    private static final String PYTORCH = "PyTorch";

    private final Materials files;
    private final OnnxRuntimeGpu onnxRuntime;

    Contestants(Materials files, OnnxRuntimeGpu onnxRuntime) {
        this.files = files;
        this.onnxRuntime = onnxRuntime;
    }

    /** The float model that accuracy is measured against. */
    Contestant reference() {
        return new DjlContestant(
                "PyTorch, float, CPU",
                false,
                PYTORCH,
                Device.cpu(),
                batch -> files.archive(),
                batch -> Map.of(),
                Optional::empty);
    }

    /** TensorRT's arithmetic on the CPU. */
    Contestant simulation() {
        return int8("INT8, simulate, CPU", false, Device.cpu(), SimulationBackend.ID, Map.of());
    }

    /** All others. */
    List<Contestant> others() {
        Device gpu = Device.gpu(0);
        return List.of(
                int8(
                        "INT8, ONNX Runtime, CPU",
                        false,
                        Device.cpu(),
                        OnnxRuntimeBackend.ID,
                        Map.of(Int8.OPTION_PROVIDER, "cpu")),
                tensorRt("INT8, TensorRT, explicit (Q/DQ), FP16 beside", "explicit", "true"),
                tensorRt("INT8, TensorRT, explicit (Q/DQ), FP32 beside", "explicit", "false"),
                tensorRt("INT8, TensorRT, implicit (ranges), FP16 beside", "implicit", "true"),
                plain(
                        "INT8, DJL's TensorRT engine alone on the Q/DQ ONNX",
                        true,
                        files::int8Onnx,
                        Map.of("int8", "true")),
                onnxRuntime(Provider.TENSORRT),
                onnxRuntime(Provider.CUDA),
                plain("FP32, DJL's TensorRT engine", false, files::floatOnnx, Map.of()),
                plain(
                        "FP16, DJL's TensorRT engine",
                        false,
                        files::floatOnnx,
                        Map.of("fp16", "true")),
                new DjlContestant(
                        "PyTorch, float, GPU",
                        false,
                        PYTORCH,
                        gpu,
                        batch -> files.archive(),
                        batch -> Map.of(),
                        Contestants::pyTorchOnGpu));
    }

    private Contestant tensorRt(String name, String mode, String fp16) {
        Map<String, String> options = Map.of("mode", mode, Int8.OPTION_FP16, fp16);
        return int8(name, true, Device.gpu(0), TensorRtBackend.ID, options);
    }

    private Contestant onnxRuntime(Provider provider) {
        return int8(
                "INT8, ONNX Runtime's provider " + provider.id(),
                true,
                Device.gpu(0),
                OnnxRuntimeBackend.ID,
                Map.of(Int8.OPTION_PROVIDER, provider.id()),
                () -> onnxRuntime.ladder(provider, 0).problem());
    }

    private Contestant int8(
            String name, boolean onGpu, Device device, String backend, Map<String, String> more) {
        return int8(name, onGpu, device, backend, more, () -> unavailable(backend));
    }

    private Contestant int8(
            String name,
            boolean onGpu,
            Device device,
            String backend,
            Map<String, String> more,
            Supplier<Optional<String>> check) {
        return new DjlContestant(
                name,
                onGpu,
                Int8.ENGINE,
                device,
                batch -> files.archive(),
                batch -> {
                    Map<String, String> options = new HashMap<>(more);
                    options.put(Int8.OPTION_BACKEND, backend);
                    options.put(Int8.OPTION_RANGES, files.ranges().toString());
                    options.put(Int8.OPTION_CACHE, files.cache().toString());
                    options.put("batchSize", Integer.toString(batch));
                    return options;
                },
                check);
    }

    /** The engine by itself may be asked only where the backend that brings it up can run. */
    private static Contestant plain(
            String name, boolean int8, IntFunction<Path> model, Map<String, String> options) {
        return new DjlContestant(
                name,
                int8,
                TENSORRT,
                Device.gpu(0),
                model,
                batch -> options,
                () -> unavailable(TensorRtBackend.ID));
    }

    private static Optional<String> unavailable(String backend) {
        return Backends.here().named(backend).ladder(0).problem();
    }

    private static Optional<String> pyTorchOnGpu() {
        return Engine.getEngine(PYTORCH).getGpuCount() > 0
                ? Optional.empty()
                : Optional.of(
                        "DJL's PyTorch finds no GPU: take pytorch-native-cpu off the class path, so"
                                + " that DJL downloads its build for GPUs, or name a libtorch with"
                                + " CUDA in PYTORCH_LIBRARY_PATH");
    }
}
