package io.rangefinder.examples.compare;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.backend.BackendChoice;
import io.rangefinder.engine.backend.Backends;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.examples.cli.ErrorLine;
import io.rangefinder.examples.cli.InputsOption;
import io.rangefinder.examples.cli.ModelInputs;
import io.rangefinder.examples.cli.OpsetOption;
import io.rangefinder.examples.cli.Progress;
import io.rangefinder.examples.cli.RangedModel;
import io.rangefinder.examples.cli.WorkFailedException;
import io.rangefinder.examples.npz.NpzArray;
import io.rangefinder.examples.npz.NpzBatches;
import io.rangefinder.examples.npz.NpzFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The verb {@code compare}. */
@Command(
        name = "compare",
        description =
                "Run a model in float and in INT8 on the same inputs and compare the answers.")
public final class CompareCommand implements Callable<Integer> {

    private static final Logger logger = LoggerFactory.getLogger(CompareCommand.class);

    @Mixin private RangedModel model;

    @Mixin private InputsOption inputs;

    @Mixin private OpsetOption opset;

    @Option(
            names = "--labels",
            paramLabel = "Y.npz",
            description = "The right class of each sample: one array of whole numbers.")
    private Optional<Path> labels = Optional.empty();

    @Option(
            names = "--backend",
            paramLabel = "BACKEND",
            description = "simulate, onnxruntime or tensorrt; the best one here by default.")
    private Optional<String> backend = Optional.empty();

    @Option(
            names = "--mask",
            paramLabel = "NAME",
            description = {
                "An input that is 0 at positions that don't count, such as attention_mask for",
                "padded text."
            })
    private Optional<String> mask = Optional.empty();

    @Option(
            names = "--cache",
            paramLabel = "FOLDER",
            description = "Where compiled models are kept; beside DJL's caches by default.")
    private Optional<Path> cache = Optional.empty();

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public CompareCommand() {}

    @Override
    public Integer call() throws IOException, MalformedModelException, WorkFailedException {
        if (backend.isPresent() && !Backends.here().ids().contains(backend.get())) {
            throw new ParameterException(
                    verb.commandLine(),
                    "--backend must be one of "
                            + String.join(", ", Backends.here().ids())
                            + ", not "
                            + backend.get());
        }
        Map<String, String> asked =
                backend.map(name -> Map.of(Int8.OPTION_BACKEND, name)).orElse(Map.of());
        BackendChoice chosen = Backends.here().choose(Backends.here().read(asked, Device.cpu()));
        chosen.remark().ifPresent(remark -> logger.warn("{}", remark));
        ModelFiles files = model.files();
        ModelCall call = model.ranges().provenance().call();
        ModelInputs taken = ModelInputs.of(model.file(), call);
        try (NpzFile given = NpzFile.open(inputs.file());
                Labels right = Labels.open(labels, given);
                Forward reference =
                        files.source().isPresent()
                                ? Forward.source(files.source().get(), call, model.calling())
                                : Forward.onnx(files.onnx().orElseThrow());
                Forward int8 = Forward.int8(model.file(), options(chosen))) {
            SideBySide comparison = new SideBySide(reference, Map.of(chosen.toString(), int8));
            run(comparison, taken.arrange(given), right, batchSize(taken, int8));
            PrintWriter out = verb.commandLine().getOut();
            comparison.print(out);
            if (comparison.holdsNoFigure()) {
                throw new WorkFailedException(
                        "the float model "
                                + model.file()
                                + " gives no finite number on "
                                + given.path()
                                + "; give inputs that it can compute with");
            }
        }
        return 0;
    }

    private Map<String, String> options(BackendChoice chosen) {
        Map<String, String> options = new HashMap<>(chosen.backend().asOptions());
        options.put(Int8.OPTION_RANGES, model.rangesFile().toAbsolutePath().toString());
        model.format().ifPresent(f -> options.put(Int8.OPTION_RANGES_FORMAT, f.word()));
        if (!model.call().equals(ModelCall.PLAIN)) {
            options.put(Int8.OPTION_MODULE_METHOD, model.call().method());
            options.put(Int8.OPTION_ARGUMENTS, model.call().argumentsText());
        }
        opset.opset().ifPresent(n -> options.put(Int8.OPTION_OPSET, Integer.toString(n)));
        model.onnx().ifPresent(o -> options.put(Int8.OPTION_ONNX, o.toAbsolutePath().toString()));
        cache.ifPresent(c -> options.put(Int8.OPTION_CACHE, c.toAbsolutePath().toString()));
        return options;
    }

    /** What the models take: as asked for, unless one of them takes batches of one length only. */
    private int batchSize(ModelInputs taken, Forward int8) {
        return taken.batch().or(int8::onlyBatch).orElse(inputs.batchSize());
    }

    private void run(SideBySide comparison, NpzFile npz, Labels right, int size)
            throws IOException, WorkFailedException {
        Optional<Integer> masked = mask.isPresent() ? Optional.of(maskOf(npz)) : Optional.empty();
        try (NpzBatches batches = npz.batches(size);
                Progress progress = Progress.start("compare", "inputs", npz.rows())) {
            while (batches.hasNext()) {
                long from = batches.position();
                try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                    NDList batch = batches.next(manager);
                    comparison.add(
                            batch,
                            batches.position() - from,
                            right.next(manager, size),
                            masked.map(batch::get));
                } catch (TranslateException | EngineException | IllegalArgumentException e) {
                    throw new WorkFailedException(
                            "cannot run "
                                    + model.file()
                                    + " on rows "
                                    + from
                                    + " to "
                                    + (batches.position() - 1)
                                    + " of "
                                    + npz.path()
                                    + ": "
                                    + ErrorLine.of(e),
                            e);
                }
                progress.add(batches.position() - from);
            }
        }
    }

    private int maskOf(NpzFile npz) throws WorkFailedException {
        List<NpzArray> arrays = npz.arrays();
        for (int i = 0; i < arrays.size(); i++) {
            if (arrays.get(i).name().equals(mask.get()) && !arrays.get(i).type().isFloating()) {
                return i;
            }
        }
        throw new WorkFailedException(
                npz.path()
                        + " holds no array "
                        + mask.get()
                        + " of whole numbers or truths for --mask; it holds "
                        + arrays);
    }
}
