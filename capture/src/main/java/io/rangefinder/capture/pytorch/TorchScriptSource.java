package io.rangefinder.capture.pytorch;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.hooks.BoundArguments;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.ArgumentKind;
import io.rangefinder.capture.source.ModelInput;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.capture.source.ObservationOptions;
import io.rangefinder.capture.source.ObservedModel;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.types.ArgumentTypes;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A TorchScript archive.
 *
 * @param file the {@code .pt} file
 */
public record TorchScriptSource(Path file) implements ModelSource {

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public String digest() throws IOException, MalformedModelException {
        try (TorchScriptArchive archive = TorchScriptArchive.open(file)) {
            return archive.digest();
        }
    }

    @Override
    public List<ModelInput> inputs(ModelCall call) throws IOException, MalformedModelException {
        try (TorchScriptArchive archive = TorchScriptArchive.open(file)) {
            TorchScriptProgram program = archive.program();
            BoundArguments bound = BoundArguments.of(file, program, call.arguments());
            List<FunctionDef.Parameter> parameters =
                    program.classNamed(program.root().className())
                            .flatMap(type -> type.definition().method(call.method()))
                            .map(bound::rest)
                            .orElseThrow(
                                    () ->
                                            new MalformedModelException(
                                                    file
                                                            + " has no method "
                                                            + call.method()
                                                            + "; name one that it has, or save a"
                                                            + " module that has it"));
            // The first is self.
            return parameters.stream().skip(1).map(TorchScriptSource::input).toList();
        }
    }

    private static ModelInput input(FunctionDef.Parameter parameter) {
        Type type = TypeReader.read(parameter.type());
        ArgumentKind kind = ArgumentTypes.kind(type);
        return new ModelInput(
                parameter.name(),
                kind,
                parameter.defaultValue().isEmpty(),
                kind == ArgumentKind.SCALAR
                        ? Optional.of(ArgumentTypes.notPassed(parameter.name(), type))
                        : Optional.empty());
    }

    @Override
    public ObservedModel observe(ObservationOptions options)
            throws IOException, MalformedModelException {
        return new HookedModule(file, options);
    }
}
