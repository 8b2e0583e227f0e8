package io.rangefinder.engine.torchscript;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.capture.pytorch.TorchScriptSource;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.engine.export.ExportableModel;
import io.rangefinder.engine.export.Frontend;
import java.io.IOException;

/** Exports TorchScript archives by executing their code symbolically. */
public final class TorchScriptFrontend implements Frontend {

    /** Called by {@link java.util.ServiceLoader}. */
    public TorchScriptFrontend() {}

    @Override
    public boolean takes(ModelSource source) {
        return source instanceof TorchScriptSource;
    }

    @Override
    public ExportableModel open(ModelSource source, ModelCall call)
            throws IOException, MalformedModelException {
        return new OpenArchive(TorchScriptArchive.open(((TorchScriptSource) source).file()), call);
    }
}
