package io.rangefinder.engine.backend;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import io.rangefinder.capture.pytorch.TorchScriptSource;
import io.rangefinder.engine.backend.spi.Backend;
import io.rangefinder.engine.backend.spi.ModelAndRanges;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.options.OptionTexts;
import java.io.IOException;
import java.util.List;

/** An application's own backend: the float model on DJL's PyTorch engine, whatever its ranges. */
public final class PyTorchBackend implements Backend {

    @Override
    public String id() {
        return "pytorch";
    }

    @Override
    public List<String> ownOptions() {
        return List.of("remark");
    }

    @Override
    public void checkOptions(OptionTexts options) {
        options.flag("remark", false);
    }

    @Override
    public Ladder ladder(int gpu) {
        return new Ladder("PyTorch", List.of(Rung.passed("engine", "DJL has it")));
    }

    @Override
    public LoadedModel load(ModelAndRanges source, Request request)
            throws IOException, MalformedModelException {
        Model model = Model.newInstance("float", "PyTorch");
        if (!(source.files().source().orElseThrow() instanceof TorchScriptSource archive)) {
            throw new MalformedModelException(source.files().name() + " is no archive");
        }
        model.load(archive.file());
        String told = request.texts().flag("remark", false) ? " as was asked for" : "";
        return new LoadedModel() {
            @Override
            public Block block() {
                return model.getBlock();
            }

            @Override
            public String coverage() {
                return source.ranges().asMap().size() + " ranges, all in float" + told;
            }

            @Override
            public void close() {
                model.close();
            }
        };
    }
}
