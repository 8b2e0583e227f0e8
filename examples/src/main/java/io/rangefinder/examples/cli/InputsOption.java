package io.rangefinder.examples.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for representative inputs: {@code --inputs} and {@code --batch-size}. */
public final class InputsOption {

    @Option(
            names = "--inputs",
            required = true,
            paramLabel = "X.npz",
            description =
                    "Representative inputs: an array for each input of the model, in the model's"
                            + " order; the first axis is the sample axis. Capture and export take"
                            + " several files, of inputs of several lengths.")
    private List<Path> files;

    private int batchSize;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    /** Made by picocli. */
    public InputsOption() {}

    @Option(
            names = "--batch-size",
            defaultValue = "32",
            paramLabel = "N",
            description = "Samples in one forward pass (default: ${DEFAULT-VALUE}).")
    void setBatchSize(int samples) {
        if (samples < 1) {
            throw new ParameterException(
                    verb.commandLine(), "--batch-size must be 1 or more, not " + samples);
        }
        batchSize = samples;
    }

    /**
     * The file of inputs, where there can be but one.
     *
     * @return a path, which need not exist
     * @throws ParameterException if several were given
     */
    public Path file() {
        if (files.size() > 1) {
            throw new ParameterException(
                    verb.commandLine(), "--inputs names " + files.size() + " files; give one");
        }
        return files.get(0);
    }

    /**
     * The files of inputs, each of inputs of one length.
     *
     * @return paths, at least one, which need not exist
     */
    public List<Path> files() {
        return List.copyOf(files);
    }

    /**
     * How many samples go into one forward pass.
     *
     * @return 1 or more
     */
    public int batchSize() {
        return batchSize;
    }
}
