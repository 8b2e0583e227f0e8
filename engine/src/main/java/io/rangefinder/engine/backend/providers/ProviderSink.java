package io.rangefinder.engine.backend.providers;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.util.Map;

/** What takes a session's providers in the order of their preference. */
interface ProviderSink {

    void addTensorRt(Map<String, String> options) throws OrtException;

    void addCuda(Map<String, String> options) throws OrtException;

    /** ONNX Runtime's own options of a session. Only for a machine that is known to have a GPU. */
    static ProviderSink of(SessionOptions session) {
        return new ProviderSink() {
            @Override
            public void addTensorRt(Map<String, String> options) throws OrtException {
                // The TensorRT provider needs the CUDA provider's library, which this unpacks.
                new OrtCUDAProviderOptions().close();
                try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions()) {
                    for (Map.Entry<String, String> option : options.entrySet()) {
                        tensorRt.add(option.getKey(), option.getValue());
                    }
                    session.addTensorrt(tensorRt);
                }
            }

            @Override
            public void addCuda(Map<String, String> options) throws OrtException {
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
                    for (Map.Entry<String, String> option : options.entrySet()) {
                        cuda.add(option.getKey(), option.getValue());
                    }
                    session.addCUDA(cuda);
                }
            }
        };
    }
}
