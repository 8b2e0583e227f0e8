package io.rangefinder.examples.cli;

import io.rangefinder.engine.export.ExportOptions;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --opset}, for verbs that export a {@code .pt}. */
public final class OpsetOption {

    private OptionalInt opset = OptionalInt.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    /** Made by picocli. */
    public OpsetOption() {}

    @Option(
            names = "--opset",
            paramLabel = "N",
            description = {
                "The version of ONNX's operators that the .pt is exported with: 13 (TensorRT 8.4",
                "and later) or 17 (8.6 and later; default: 13, or 17 where the model needs it)."
            })
    void setOpset(int number) {
        try {
            opset = OptionalInt.of(ExportOptions.of(OptionalInt.of(number)).opset());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(verb.commandLine(), "--" + e.getMessage(), e);
        }
    }

    /**
     * The opset.
     *
     * @return what the user said, or empty for the one that the model needs
     */
    public OptionalInt opset() {
        return opset;
    }
}
