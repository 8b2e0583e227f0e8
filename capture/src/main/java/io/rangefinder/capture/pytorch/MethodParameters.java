package io.rangefinder.capture.pytorch;

import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.hooks.BoundArguments;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.ArgumentKind;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.types.ArgumentTypes;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a method of a model takes, but for arguments that are bound to a value.
 *
 * @param file the model's file, for messages
 * @param call the method, with the values of its bound arguments
 * @param names the names of its parameters
 * @param scalars those that are no tensors, which DJL can't pass
 */
record MethodParameters(Path file, ModelCall call, List<String> names, List<Scalar> scalars) {

    /**
     * A parameter that is no tensor.
     *
     * @param name its name
     * @param type its type
     * @param required whether it must be given
     */
    record Scalar(String name, Type type, boolean required) {}

    /** What each method of a model takes. */
    static Map<String, MethodParameters> of(
            Path file, TorchScriptProgram program, BoundArguments bound) {
        return program.classNamed(program.root().className()).stream()
                .flatMap(c -> c.definition().methods().stream())
                .filter(m -> !m.parameters().isEmpty())
                .collect(
                        Collectors.toMap(
                                FunctionDef::name,
                                m -> of(file, new ModelCall(m.name(), bound.of(m)), bound.rest(m)),
                                (first, second) -> first));
    }

    private static MethodParameters of(
            Path file, ModelCall call, List<FunctionDef.Parameter> parameters) {
        List<FunctionDef.Parameter> own = parameters.subList(1, parameters.size());
        return new MethodParameters(
                file,
                call,
                own.stream().map(FunctionDef.Parameter::name).toList(),
                own.stream()
                        .map(MethodParameters::scalar)
                        .filter(s -> ArgumentTypes.kind(s.type()) == ArgumentKind.SCALAR)
                        .toList());
    }

    private static Scalar scalar(FunctionDef.Parameter parameter) {
        return new Scalar(
                parameter.name(),
                TypeReader.read(parameter.type()),
                parameter.defaultValue().isEmpty());
    }

    /** Says what PyTorch would say of a tensor in place of a number, and what to do. */
    void requireTensors(List<InputDescription> inputs) {
        for (Scalar scalar : scalars) {
            boolean given = inputs.stream().anyMatch(i -> i.name().equals(scalar.name()));
            if (given || scalar.required()) {
                throw new IllegalArgumentException(
                        call.method()
                                + " of "
                                + file
                                + ArgumentTypes.notPassed(scalar.name(), scalar.type()));
            }
        }
    }
}
