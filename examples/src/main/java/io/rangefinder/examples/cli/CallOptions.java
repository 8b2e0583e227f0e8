package io.rangefinder.examples.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.rangefinder.capture.ranges.ModelCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How a TorchScript model is loaded and called: {@code --map-location}, {@code --module-method} and
 * {@code --argument}.
 */
public final class CallOptions {

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    @Option(
            names = "--module-method",
            paramLabel = "NAME",
            description = {
                "The method of the .pt to call (default: the one that the ranges were captured",
                "through, or forward)."
            })
    private Optional<String> method = Optional.empty();

    private ModelCall call = ModelCall.PLAIN;

    private Optional<Device> location = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    /** Made by picocli. */
    public CallOptions() {}

    @Option(
            names = "--argument",
            paramLabel = "NAME=VALUE",
            description = {
                "The value of an argument of the .pt that is no tensor, such as rate=16000,",
                "sizes=[1,2], gains={a:1,b:2} or mode=fast; may be given several times. Ranges",
                "keep it."
            })
    void setArguments(List<String> arguments) {
        try {
            call = ModelCall.withArguments(arguments);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(verb.commandLine(), "--argument: " + e.getMessage(), e);
        }
    }

    @Option(
            names = "--map-location",
            paramLabel = "DEVICE",
            description = {
                "Where PyTorch loads the tensors of the .pt, wherever they were saved: cpu, cuda"
                        + " or",
                "cuda:N. What becomes of it as ONNX does not depend on it."
            })
    void setLocation(String device) {
        Matcher cuda = CUDA.matcher(device);
        if (device.equals("cpu")) {
            location = Optional.of(Device.cpu());
        } else if (cuda.matches()) {
            int number = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
            location = Optional.of(Device.gpu(number));
        } else {
            throw new ParameterException(
                    verb.commandLine(),
                    "--map-location must be cpu, cuda or such as cuda:1, not " + device);
        }
    }

    /**
     * Where PyTorch loads the model.
     *
     * @return the device, or empty for the default
     */
    public Optional<Device> location() {
        return location;
    }

    /**
     * DJL's options for loading the model so.
     *
     * @return options of the engines PyTorch and RangeCapture
     */
    public Map<String, String> loading() {
        return location.isPresent() ? Map.of("mapLocation", "true") : Map.of();
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
