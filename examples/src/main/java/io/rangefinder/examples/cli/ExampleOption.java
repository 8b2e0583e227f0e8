package io.rangefinder.examples.cli;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.examples.npz.NpzBatches;
import io.rangefinder.examples.npz.NpzFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option {@code --inputs} where a model is compiled, and inputs are but an example. */
public final class ExampleOption {

    /** Two samples tell the tensors of a model apart. */
    private static final int SAMPLES = 2;

    @Option(
            names = "--inputs",
            paramLabel = "X.npz",
            description = {
                "Inputs to export the .pt for, or to find hook points among the tensors of an ONNX",
                "from elsewhere; what .ranges tell of the model's inputs is enough."
            })
    private Optional<Path> file = Optional.empty();

    /** Made by picocli. */
    public ExampleOption() {}

    /**
     * What is done with an example.
     *
     * @param <R> what comes of it
     */
    @FunctionalInterface
    public interface Work<R> {

        /**
         * Does it.
         *
         * @param example one batch of each input, or empty if the user gave none
         * @return what comes of it
         * @throws IOException if a file can't be read or written
         * @throws MalformedModelException if a model does not fit
         */
        R with(Optional<NDList> example) throws IOException, MalformedModelException;
    }

    /**
     * Does work while the example's arrays are open. PyTorch, which takes a second to load, is
     * needed for them only.
     *
     * @param <R> what comes of it
     * @param model the model whose inputs they are
     * @param call how it is called
     * @param work what to do
     * @return what came of it
     * @throws IOException if the inputs can't be read, or the work fails so
     * @throws MalformedModelException if the work fails so
     * @throws WorkFailedException if the inputs are not the model's
     */
    public <R> R run(Path model, ModelCall call, Work<R> work)
            throws IOException, MalformedModelException, WorkFailedException {
        if (file.isEmpty()) {
            return work.with(Optional.empty());
        }
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                NpzFile npz = NpzFile.open(file.get());
                NpzBatches batches = batches(ModelInputs.of(model, call), npz)) {
            return work.with(Optional.of(batches.next(manager)));
        }
    }

    private static NpzBatches batches(ModelInputs inputs, NpzFile npz)
            throws IOException, WorkFailedException {
        return inputs.arrange(npz).batches(inputs.batch().orElse(SAMPLES));
    }
}
