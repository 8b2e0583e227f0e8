package io.rangefinder.examples.capture;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.examples.cli.WorkFailedException;
import io.rangefinder.examples.npz.NpzArray;
import io.rangefinder.examples.npz.NpzFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a model's {@code forward} takes.
 *
 * @param model the model's file
 * @param names its arguments, in order
 * @param required how many of them have no default value
 */
record ModelArguments(Path model, List<String> names, int required) {

    static ModelArguments read(Path model) throws IOException, MalformedModelException {
        try (TorchScriptArchive archive = TorchScriptArchive.open(model)) {
            TorchScriptProgram program = archive.program();
            List<FunctionDef.Parameter> parameters =
                    program.classNamed(program.root().className())
                            .flatMap(type -> type.definition().method("forward"))
                            .map(FunctionDef::parameters)
                            .orElseThrow(
                                    () ->
                                            new MalformedModelException(
                                                    model
                                                            + " has no method forward; save a"
                                                            + " module that has one"));
            // The first is self.
            List<FunctionDef.Parameter> own = parameters.subList(1, parameters.size());
            return new ModelArguments(
                    model,
                    own.stream().map(FunctionDef.Parameter::name).toList(),
                    (int) own.stream().filter(p -> p.defaultValue().isEmpty()).count());
        }
    }

    /** Makes sure that there is an array for each argument, in this order as far as names tell. */
    void requireMatch(NpzFile inputs) throws WorkFailedException {
        List<String> arrays = inputs.arrays().stream().map(NpzArray::name).toList();
        boolean fits = arrays.size() >= required && arrays.size() <= names.size();
        boolean misplaced =
                fits
                        && new HashSet<>(names).containsAll(arrays)
                        && !names.subList(0, arrays.size()).equals(arrays);
        if (!fits || misplaced) {
            throw new WorkFailedException(
                    inputs.path()
                            + " holds "
                            + count(arrays.size(), "array")
                            + (arrays.isEmpty() ? "" : " (" + listed(arrays) + ")")
                            + ", but forward of "
                            + model
                            + " takes "
                            + count(names.size(), "input")
                            + (names.isEmpty() ? "" : " (" + listed(names) + ")")
                            + (required < names.size()
                                    ? ", of which " + required + " must be given"
                                    : "")
                            + "; save an array for each, in that order");
        }
    }

    private static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private static String listed(List<String> words) {
        return words.stream().limit(12).collect(Collectors.joining(", "))
                + (words.size() > 12 ? ", …" : "");
    }
}
