package io.rangefinder.engine.backend.providers;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.ExecutionProviders;

/**
 * The providers of a session on a GPU: TensorRT if it was chosen, CUDA, and the CPU's last.
 *
 * <p>Only {@link OnnxRuntimeGpu} makes them, after it saw them work in another process: without a
 * device, adding them would end this one.
 */
public final class GpuProviders implements ExecutionProviders {

    private final GpuSettings settings;

    GpuProviders(GpuSettings settings) {
        this.settings = settings;
    }

    @Override
    public void addTo(SessionOptions options) throws OrtException {
        addTo(ProviderSink.of(options));
    }

    void addTo(ProviderSink sink) throws OrtException {
        if (settings.provider() == Provider.TENSORRT) {
            sink.addTensorRt(settings.tensorRtOptions());
        }
        sink.addCuda(settings.cudaOptions());
    }

    /**
     * How ONNX Runtime's own optimizer treats a model for these providers. TensorRT is given the
     * file as it stands, whose Q/DQ were placed for it; what CUDA computes in float may be fused.
     *
     * @return how to load a model
     */
    public Execution execution() {
        return settings.provider() == Provider.TENSORRT
                ? Execution.UNOPTIMIZED
                : Execution.SIMULATED;
    }

    @Override
    public String toString() {
        return (settings.provider() == Provider.TENSORRT ? "tensorrt, cuda" : "cuda")
                + " on gpu("
                + settings.device()
                + ")";
    }
}
