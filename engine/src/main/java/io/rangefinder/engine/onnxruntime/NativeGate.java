package io.rangefinder.engine.onnxruntime;

import ai.djl.engine.EngineException;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtEnvironment;
import io.rangefinder.engine.child.Child;
import io.rangefinder.engine.child.ChildClassPath;
import io.rangefinder.engine.child.ChildFolder;
import io.rangefinder.engine.child.JavaProgram;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.ShapeCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each model passes before ONNX Runtime's native code sees it: what ends the process is
 * refused, and what can't be told from the model alone is tried in a process of its own, when it is
 * loaded and for each new form of input, which takes a second or so. Safe from any thread.
 */
final class NativeGate implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(NativeGate.class);

    private static final Duration LIMIT = Duration.ofMinutes(1);

    /**
     * The CPU time that loading a model may take, whose parts always end: generous, for slow
     * machines.
     */
    private static final double CPU_SECONDS_TO_LOAD = 20;

    /**
     * The CPU time that a run may take, starting and loading included: some times what starting and
     * loading alone took on this machine. Real models take a tenth of it; one that takes more on a
     * small input does not end.
     */
    private static final double LEAST_CPU_SECONDS = 3;

    private static final double TIMES_LOADING = 4;

    private static final double CPU_SECONDS_PER_MB_OF_MODEL = 1;
    private static final double CPU_SECONDS_PER_MB_OF_INPUTS = 10;
    private static final double MB = 1e6;

    private final ShapeCheck.Verdict verdict;
    private final String source;
    private final SessionSettings settings;
    private final Set<String> tried = ConcurrentHashMap.newKeySet();
    private Optional<ChildFolder> folder = Optional.empty();
    private Optional<Path> model = Optional.empty();
    private volatile double loadingSeconds;

    private NativeGate(ShapeCheck.Verdict verdict, String source, SessionSettings settings) {
        this.verdict = verdict;
        this.source = source;
        this.settings = settings;
    }

    /** Where a model's file is, or how one is made. */
    @FunctionalInterface
    interface ModelSource {

        /** Gives the file; in the folder if it has to be made. */
        Path in(Path folder) throws IOException;
    }

    /**
     * Lets a model pass.
     *
     * @param outline the model, which may lack the data of large tensors
     * @param source where it came from, for messages
     * @param settings how it will be loaded
     * @param file where its file is, if it has to be tried
     * @throws InvalidOnnxException if it would end the process
     */
    static NativeGate pass(
            ModelProto outline, String source, SessionSettings settings, ModelSource file)
            throws InvalidOnnxException {
        NativeGate gate = new NativeGate(ShapeCheck.check(outline, source), source, settings);
        if (gate.verdict.open().isPresent()) {
            gate.tryToLoad(file);
        }
        return gate;
    }

    private void tryToLoad(ModelSource file) throws InvalidOnnxException {
        logger.info("{} is tried in another process: {}", source, verdict.open().get());
        try {
            folder = Optional.of(ChildFolder.create("rangefinder-trial"));
            model = Optional.of(file.in(folder.get().path()));
            Optional<String> end = attempt(List.of());
            if (end.isPresent()) {
                close();
                throw new InvalidOnnxException(source, end.get());
            }
        } catch (IOException e) {
            close();
            throw new InvalidOnnxException(
                    source, "can't be tried in another process (" + e.getMessage() + ")", e);
        }
    }

    /**
     * Lets inputs pass, for which nothing is done if the model is sound.
     *
     * @throws EngineException if they would end the process
     */
    void pass(List<NamedTensor> inputs) {
        if (verdict.open().isEmpty()) {
            if (verdict.full().isEmpty()) {
                return;
            }
            Optional<NamedTensor> empty =
                    inputs.stream().filter(t -> t.shape().size() == 0).findFirst();
            if (empty.isPresent()) {
                throw new EngineException(
                        "input '"
                                + empty.get().name()
                                + "' is empty, which ends the process that runs "
                                + verdict.full().get());
            }
            return;
        }
        String form = form(inputs);
        if (tried.contains(form)) {
            return;
        }
        try {
            Optional<String> end = attempt(inputs);
            if (end.isPresent()) {
                throw new EngineException(source + ": " + end.get());
            }
            tried.add(form);
        } catch (IOException e) {
            throw new EngineException("can't be tried in another process", e);
        }
    }

    /** What native code looks at: axes, types, and which tensors are empty. */
    private static String form(List<NamedTensor> inputs) {
        return inputs.stream()
                .map(
                        t ->
                                t.name()
                                        + ":"
                                        + t.type()
                                        + Arrays.toString(
                                                Arrays.stream(t.shape().getShape())
                                                        .map(Long::signum)
                                                        .toArray()))
                .collect(Collectors.joining(","));
    }

    /** What the trial ended with, if it was not in order. */
    private Optional<String> attempt(List<NamedTensor> inputs) throws IOException {
        Optional<String> classPath =
                ChildClassPath.of(List.of(ModelTrial.class, OrtEnvironment.class));
        if (classPath.isEmpty()) {
            logger.warn(
                    "{} is not tried in another process, since the classes for it lie in a jar"
                            + " within a jar",
                    source);
            return Optional.empty();
        }
        try (ChildFolder own = folder.get().below("run")) {
            List<String> options =
                    new ArrayList<>(List.of("-Xmx256m", "-XX:MaxDirectMemorySize=4g"));
            options.addAll(OrtLibrary.options());
            List<String> arguments =
                    new ArrayList<>(
                            List.of(
                                    model.get().toAbsolutePath().toString(),
                                    settings.execution().name(),
                                    Integer.toString(settings.threads())));
            if (!inputs.isEmpty()) {
                Path file = own.file("inputs");
                write(inputs, file);
                arguments.add(file.toString());
            }
            Child.Result result =
                    Child.run(
                            new JavaProgram(
                                            classPath.get(),
                                            ModelTrial.class.getName(),
                                            options,
                                            arguments)
                                    .command(own.path()),
                            System.getenv(),
                            own.path(),
                            "",
                            own.file("none"),
                            Long.MAX_VALUE,
                            new Child.TimeLimit(LIMIT, Optional.of(cpuLimit(inputs))));
            if (inputs.isEmpty()) {
                loadingSeconds = result.cpu().toMillis() / 1000.0;
            }
            return switch (result.end()) {
                case IN_ORDER -> Optional.empty();
                case TIME_LIMIT, SIZE_LIMIT ->
                        Optional.of(
                                "does not end within "
                                        + Math.min(cpuLimit(inputs).toSeconds(), LIMIT.toSeconds())
                                        + " s in ONNX Runtime; "
                                        + verdict.open().get()
                                        + "; check that its loops come to an end");
                case IN_DISORDER ->
                        Optional.of(
                                "ends the process that runs it in ONNX Runtime (status "
                                        + result.status()
                                        + ", "
                                        + lastWords(result.printed())
                                        + "); "
                                        + verdict.open().get()
                                        + "; check the model's operators and its inputs' shapes");
            };
        }
    }

    private Duration cpuLimit(List<NamedTensor> inputs) throws IOException {
        double bytes = inputs.stream().mapToDouble(t -> t.data().capacity()).sum();
        double alone =
                inputs.isEmpty()
                        ? CPU_SECONDS_TO_LOAD
                        : Math.max(LEAST_CPU_SECONDS, TIMES_LOADING * loadingSeconds);
        double seconds =
                alone
                        + CPU_SECONDS_PER_MB_OF_MODEL * Files.size(model.get()) / MB
                        + CPU_SECONDS_PER_MB_OF_INPUTS * bytes / MB;
        return Duration.ofMillis((long) (1000 * seconds));
    }

    private static String lastWords(String printed) {
        return printed.lines()
                .map(l -> l.replaceFirst("^[# ]+", "").strip())
                .filter(l -> l.contains("SIG") || l.contains("terminate") || l.contains("Error"))
                .findFirst()
                .orElse("without a word");
    }

    private static void write(List<NamedTensor> tensors, Path file) throws IOException {
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (NamedTensor tensor : tensors) {
                byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
                long[] shape = tensor.shape().getShape();
                int numbers = 4 * Integer.BYTES + shape.length * Long.BYTES;
                ByteBuffer head =
                        ByteBuffer.allocate(numbers + name.length).order(ByteOrder.nativeOrder());
                head.putInt(name.length).put(name);
                head.putInt(OrtTypes.of(tensor.type()).ordinal()).putInt(shape.length);
                for (long length : shape) {
                    head.putLong(length);
                }
                head.putInt(tensor.data().capacity()).flip();
                write(out, head);
                write(out, tensor.data().duplicate().clear());
            }
        }
    }

    private static void write(FileChannel out, ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            out.write(data);
        }
    }

    @Override
    public void close() {
        if (folder.isPresent()) {
            try {
                folder.get().close();
            } catch (IOException e) {
                logger.warn("{} stays behind", folder.get().path(), e);
            }
        }
    }
}
