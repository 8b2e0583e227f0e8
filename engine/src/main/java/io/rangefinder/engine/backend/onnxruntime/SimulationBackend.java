package io.rangefinder.engine.backend.onnxruntime;

import ai.djl.MalformedModelException;
import io.rangefinder.engine.backend.spi.Backend;
import io.rangefinder.engine.backend.spi.ModelAndRanges;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.quantization.Target;
import java.io.IOException;

/**
 * TensorRT's arithmetic on a CPU: the same Q/DQ model, with Q and DQ computed in float, so that
 * sums are exact as TensorRT's int32 sums are. For accuracy, not for speed. Stateless.
 */
public final class SimulationBackend implements Backend {

    /** Its name. */
    public static final String ID = "simulate";

    /** The backend. */
    public SimulationBackend() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Ladder ladder(int gpu) {
        return OrtLadder.simulated();
    }

    @Override
    public LoadedModel load(ModelAndRanges model, Request request)
            throws IOException, MalformedModelException {
        CompiledCache.Entry compiled =
                model.quantized(
                        request.options().quantization().optTarget(Target.TENSORRT).build());
        return LoadedModel.shared(
                OrtModel.load(compiled.file(), Execution.SIMULATED, request.options().threads()),
                compiled.coverage());
    }
}
