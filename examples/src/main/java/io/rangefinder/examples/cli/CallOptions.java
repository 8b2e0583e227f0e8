package io.rangefinder.examples.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.rangefinder.capture.ranges.ModelCall;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a TorchScript model is called: {@code --module-method} and {@code --argument}. */
public final class CallOptions {

    @Option(
            names = "--module-method",
            paramLabel = "NAME",
            description = {
                "The method of the .pt to call (default: the one that the ranges were captured",
                "through, or forward)."
            })
    private Optional<String> method = Optional.empty();

    private ModelCall call = ModelCall.PLAIN;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    /** Made by picocli. */
    public CallOptions() {}

    @Option(
            names = "--argument",
            paramLabel = "NAME=VALUE",
            description = {
                "The value of an argument of the .pt that is no tensor, such as rate=16000,",
                "sizes=[1,2] or mode=fast; may be given several times. Ranges keep it."
            })
    void setArguments(List<String> arguments) {
        try {
            call = ModelCall.withArguments(arguments);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(verb.commandLine(), "--argument: " + e.getMessage(), e);
        }
    }

    /**
     * The call, as far as the user said.
     *
     * @return the method, forward if none was named, and its arguments
     */
    public ModelCall call() {
        return new ModelCall(method.orElse(ModelCall.FORWARD), call.arguments());
    }

    /**
     * Adds to inputs what tells DJL's PyTorch engine the method.
     *
     * @param call the call
     * @param inputs the inputs, to which it is added if the method is not forward
     * @param manager owns what is added
     */
    public static void mark(ModelCall call, NDList inputs, NDManager manager) {
        if (!call.method().equals(ModelCall.FORWARD)) {
            NDArray marker = manager.create(0f);
            marker.setName(ModelCall.marker(call.method()));
            inputs.add(marker);
        }
    }
}
