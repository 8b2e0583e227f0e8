package io.rangefinder.examples.export;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.ExportedModel;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.export.UnsupportedModelException;
import io.rangefinder.examples.cli.CallOptions;
import io.rangefinder.examples.cli.InputsOption;
import io.rangefinder.examples.cli.ModelInputs;
import io.rangefinder.examples.cli.ModelParameter;
import io.rangefinder.examples.cli.OpsetOption;
import io.rangefinder.examples.cli.OutputFile;
import io.rangefinder.examples.cli.WorkFailedException;
import io.rangefinder.examples.npz.NpzArray;
import io.rangefinder.examples.npz.NpzFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The verb {@code export}. */
@Command(
        name = "export",
        description = "Write a TorchScript archive as ONNX, each tensor named as its hook point.")
public final class ExportCommand implements Callable<Integer> {

    @Mixin private ModelParameter model;

    @Mixin private InputsOption inputs;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "MODEL.onnx",
            description = "The file to write.")
    private Path output;

    @Mixin private CallOptions call;

    @Mixin private OpsetOption opset;

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public ExportCommand() {}

    @Override
    public Integer call() throws IOException, MalformedModelException, WorkFailedException {
        OutputFile.requireWritable(output);
        PrintWriter out = verb.commandLine().getOut();
        try {
            ExportedModel exported =
                    ModelExporter.export(
                            model.file(),
                            describe(),
                            ExportOptions.of(opset.opset()).withCall(call.call()));
            exported.write(output);
            out.printf("model  %s%n", output);
            out.printf(
                    "batch  %s%n", exported.fixedBatch().map(ExportCommand::fixed).orElse("any"));
            if (!exported.lengths().axes().isEmpty()) {
                out.printf("lengths  %s%n", exported.lengths());
            }
        } catch (UnsupportedModelException e) {
            e.obstacles().forEach(o -> out.printf("no ONNX for  %s%n", o));
            throw e;
        } finally {
            out.flush();
        }
        return 0;
    }

    private static String fixed(String reason) {
        return "only as in the inputs, because " + reason;
    }

    /** What all files hold: an axis spans the lengths that it has in them. */
    private List<InputDescription> describe()
            throws IOException, MalformedModelException, WorkFailedException {
        ModelInputs taken = ModelInputs.of(model.file(), call.call());
        List<InputDescription> all = List.of();
        for (Path file : inputs.files()) {
            try (NpzFile given = NpzFile.open(file)) {
                List<InputDescription> here = describe(taken.arrange(given), inputs.batchSize());
                Optional<List<InputDescription>> both = InputDescription.merge(all, here);
                if (both.isEmpty() || !all.isEmpty() && all.size() != here.size()) {
                    throw new WorkFailedException(
                            file
                                    + " holds other arrays than "
                                    + inputs.files().get(0)
                                    + "; name them alike in every file");
                }
                all = both.get();
            }
        }
        return all;
    }

    private static List<InputDescription> describe(NpzFile npz, int batchSize) {
        List<InputDescription> descriptions = new ArrayList<>();
        for (NpzArray array : npz.arrays()) {
            List<Long> shape = new ArrayList<>(array.shape());
            shape.set(0, Math.min(shape.get(0), batchSize));
            descriptions.add(
                    new InputDescription(
                            array.name(), array.type().name().toLowerCase(Locale.ROOT), shape));
        }
        return descriptions;
    }
}
