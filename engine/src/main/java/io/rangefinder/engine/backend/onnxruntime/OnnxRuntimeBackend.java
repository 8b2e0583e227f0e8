package io.rangefinder.engine.backend.onnxruntime;

import ai.djl.MalformedModelException;
import io.rangefinder.engine.backend.spi.Backend;
import io.rangefinder.engine.backend.spi.ModelAndRanges;
import io.rangefinder.engine.backend.spi.PassedOver;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.options.OptionTexts;
import io.rangefinder.engine.quantization.Target;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ONNX Runtime's integer kernels on the CPU. Stateless. */
public final class OnnxRuntimeBackend implements Backend {

    /** The name of ONNX Runtime, here and on a GPU. */
    public static final String ID = "onnxruntime";

    private static final Logger logger = LoggerFactory.getLogger(OnnxRuntimeBackend.class);

    /** The backend. */
    public OnnxRuntimeBackend() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Map<String, String> asOptions() {
        return RequestedProvider.CPU.asOptions();
    }

    @Override
    public List<String> ownOptions() {
        return List.of(RequestedProvider.OPTION);
    }

    @Override
    public void checkOptions(OptionTexts options) {
        RequestedProvider.in(options);
    }

    @Override
    public boolean isAskedFor(Request request) {
        return RequestedProvider.CPU.isAskedFor(request);
    }

    @Override
    public Ladder ladder(int gpu) {
        return OrtLadder.integer();
    }

    @Override
    public LoadedModel load(ModelAndRanges model, Request request)
            throws IOException, MalformedModelException {
        CpuAbilities cpu = CpuAbilities.probe();
        if (cpu.wrong()) {
            logger.warn("{}", cpu.explanation());
        } else {
            logger.info("{}", cpu.explanation());
        }
        CompiledCache.Entry compiled =
                model.quantized(
                        request.options()
                                .quantization()
                                .optTarget(Target.CPU)
                                .optWeightBits(cpu.weightBits())
                                .build());
        return LoadedModel.shared(
                OrtModel.load(compiled.file(), cpu.execution(), request.options().threads()),
                compiled.coverage());
    }

    @Override
    public Optional<String> remark(List<PassedOver> better) {
        StringJoiner causes = new StringJoiner("; nor can ");
        for (PassedOver one : better) {
            String verb = causes.length() == 0 ? " cannot run here: " : ": ";
            one.why().ifPresent(why -> causes.add(one.ladder().subject() + verb + why));
        }
        return causes.length() == 0
                ? Optional.empty()
                : Optional.of(
                        "INT8 runs on the CPU, for "
                                + causes
                                + " (the option backend = onnxruntime asks for the CPU, and says"
                                + " nothing)");
    }
}
