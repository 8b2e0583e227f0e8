package io.rangefinder.capture.pytorch;

import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.capture.source.ModelSourceProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens TorchScript archives. Asked last, it takes every file: what is called a model and is none
 * is most often something else of PyTorch's, of which it knows what helps.
 */
public final class TorchScriptSources implements ModelSourceProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public TorchScriptSources() {}

    @Override
    public String kind() {
        return "TorchScript archives";
    }

    @Override
    public List<String> extensions() {
        return List.of(".pt");
    }

    @Override
    public int rank() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean takes(Path file) {
        return true;
    }

    @Override
    public ModelSource open(Path file) {
        return new TorchScriptSource(file);
    }

    /** An archive is often named by how it was made: resnet_traced.pt beside resnet.onnx. */
    @Override
    public List<String> namesBeside(String stem) {
        return List.of(stem + ".pt", stem + "_traced.pt", stem + "_scripted.pt");
    }
}
