package io.rangefinder.engine.backend.providers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Runs a model once on a provider. The program of a process of its own, which native code may end;
 * needs nothing on its class path but this jar and ONNX Runtime.
 */
final class Trial {

    /** What a line of the result starts with. */
    static final String RESULT = "trial-result ";

    static final String PROBLEM = "trial-problem ";

    /** The file in the folder that holds the result; native code prints what it likes. */
    static final String FILE = "result";

    /** The exit status if ONNX Runtime throws. */
    static final int REFUSED = 3;

    private Trial() {}

    /**
     * How a trial ended.
     *
     * @param worked whether the provider gave the CPU's numbers
     * @param text what happened
     */
    record Outcome(boolean worked, String text) {}

    /**
     * Runs the trial.
     *
     * @param arguments the provider, the device, the model's file, a folder, the shape of the input
     *     with commas between, and the libraries to load before, in order
     * @throws Exception if a file can't be read
     */
    public static void main(String[] arguments) throws Exception {
        Provider provider = Provider.valueOf(arguments[0]);
        int device = Integer.parseInt(arguments[1]);
        byte[] model = Files.readAllBytes(Path.of(arguments[2]));
        Path folder = Path.of(arguments[3]);
        long[] shape = Arrays.stream(arguments[4].split(",")).mapToLong(Long::parseLong).toArray();
        GpuSettings settings =
                new GpuSettings(provider, device, folder, folder, true, OptionalLong.empty());
        try {
            for (int i = 5; i < arguments.length; i++) {
                System.load(arguments[i]);
            }
            tell(folder, RESULT + Arrays.toString(run(model, shape, settings)));
        } catch (OrtException | UnsatisfiedLinkError e) {
            tell(folder, PROBLEM + e.getMessage().lines().findFirst().orElse("no message"));
            Runtime.getRuntime().halt(REFUSED);
        }
        // Native libraries have been seen to crash while a process ends in order.
        Runtime.getRuntime().halt(0);
    }

    private static void tell(Path folder, String line) throws IOException {
        Files.writeString(folder.resolve(FILE), line);
    }

    private static float[] run(byte[] model, long[] shape, GpuSettings settings)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        GpuProviders providers = new GpuProviders(settings);
        try (SessionOptions options = new SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setOptimizationLevel(OptLevel.NO_OPT);
            // What the CPU would take over silently proves nothing.
            options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
            providers.addTo(options);
            FloatBuffer input = FloatBuffer.wrap(input(shape));
            try (OrtSession session = environment.createSession(model, options);
                    OnnxTensor tensor = OnnxTensor.createTensor(environment, input, shape);
                    OrtSession.Result result =
                            session.run(
                                    Map.of(session.getInputNames().iterator().next(), tensor))) {
                FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] values = new float[output.remaining()];
                output.get(values);
                return values;
            }
        }
    }

    /** Numbers from -1 to 1 without a pattern that a wrong layout would keep. */
    static float[] input(long... shape) {
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * i);
        }
        return values;
    }
}
