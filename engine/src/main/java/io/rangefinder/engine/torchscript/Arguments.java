package io.rangefinder.engine.torchscript;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.source.ArgumentKind;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.types.ArgumentTypes;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import io.rangefinder.engine.export.ExportableModel.GraphInput;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The arguments of a method, made of inputs as DJL passes them: an array an argument, or several
 * named {@code argument.key} that are a dict, or {@code argument.0}, {@code argument.1} and on that
 * are a tuple or a list.
 */
final class Arguments {

    private final String method;
    private final List<FunctionDef.Parameter> parameters;
    private final Set<String> taken;
    private final GraphBuilder graph;
    private int next;

    /**
     * Arguments of one call.
     *
     * @param method the method of the archive, for messages
     * @param parameters what it takes
     * @param taken names that layers have
     * @param graph where inputs go
     */
    Arguments(
            String method,
            List<FunctionDef.Parameter> parameters,
            Set<String> taken,
            GraphBuilder graph) {
        this.method = method;
        this.parameters = parameters;
        this.taken = taken;
        this.graph = graph;
    }

    List<Value> of(List<GraphInput> inputs) throws MalformedModelException {
        if (inputs.isEmpty()) {
            throw wrongInputs(inputs);
        }
        List<Value> arguments = new ArrayList<>();
        while (next < inputs.size()) {
            if (arguments.size() == parameters.size()) {
                throw wrongInputs(inputs);
            }
            FunctionDef.Parameter parameter = parameters.get(arguments.size());
            Type type = TypeReader.read(parameter.type());
            ArgumentKind kind = ArgumentTypes.kind(type);
            int parts = 0;
            while (next + parts < inputs.size()
                    && inputs.get(next + parts)
                            .description()
                            .name()
                            .startsWith(parameter.name() + ".")) {
                parts++;
            }
            if (parts > 0 && kind.isNested()) {
                arguments.add(nested(kind, inputs.subList(next, next + parts)));
            } else if (kind.isNested()) {
                throw wrongInputs(inputs);
            } else {
                requireTensor(parameter, type);
                arguments.add(tensor(parameter.name(), inputs.get(next)));
            }
        }
        for (FunctionDef.Parameter rest : parameters.subList(arguments.size(), parameters.size())) {
            if (rest.defaultValue().isEmpty()) {
                requireTensor(rest, TypeReader.read(rest.type()));
            }
        }
        return arguments;
    }

    private void requireTensor(FunctionDef.Parameter parameter, Type type)
            throws MalformedModelException {
        if (ArgumentTypes.kind(type) == ArgumentKind.SCALAR) {
            throw new MalformedModelException(
                    method + ArgumentTypes.notPassed(parameter.name(), type));
        }
    }

    private Value nested(ArgumentKind kind, List<GraphInput> parts) throws MalformedModelException {
        Map<Value, Value> entries = new LinkedHashMap<>();
        for (GraphInput part : parts) {
            String key =
                    part.description().name().substring(part.description().name().indexOf('.') + 1);
            entries.put(new Value.Text(key), tensor(part.description().name(), part));
        }
        if (kind == ArgumentKind.DICT) {
            return new Value.Dict(entries);
        }
        List<Value> elements = new ArrayList<>(entries.values());
        return kind == ArgumentKind.TUPLE
                ? new Value.Tuple(elements, List.of())
                : new Value.ListOf(elements);
    }

    private Value tensor(String name, GraphInput given) throws MalformedModelException {
        InputDescription input = given.description();
        ElementType type =
                ElementType.named(input.type())
                        .orElseThrow(
                                () ->
                                        new MalformedModelException(
                                                "input "
                                                        + name
                                                        + " is of type "
                                                        + input.type()
                                                        + withoutOnnx(input.type())));
        if (type == ElementType.BFLOAT16) {
            throw new MalformedModelException(
                    "input "
                            + name
                            + " is of type bfloat16, which neither NumPy nor most backends"
                            + " have; call model.float() before the model is traced or"
                            + " scripted, or give float32 and convert it inside");
        }
        if (input.shape().stream().anyMatch(length -> length < 0)) {
            throw new IllegalArgumentException(
                    "input "
                            + name
                            + " has the shape "
                            + input.shape()
                            + "; give the lengths of an example, its batch first");
        }
        // As hooks name it, so that no layer's name is taken.
        String own = taken.contains(name) ? name + "@input" : name;
        next++;
        return new Value.Tensor(graph.input(own, type, given.shape()));
    }

    private static String withoutOnnx(String type) {
        return type.startsWith("complex")
                ? ", which backends have not; give its real view (torch.view_as_real) and make it"
                        + " complex inside (torch.view_as_complex)"
                : ", which can't be exported";
    }

    private MalformedModelException wrongInputs(List<GraphInput> inputs) {
        List<String> named =
                parameters.stream()
                        .map(p -> ArgumentTypes.kind(TypeReader.read(p.type())).arrays(p.name()))
                        .toList();
        return new MalformedModelException(
                method
                        + " takes "
                        + parameters.size()
                        + " inputs ("
                        + String.join(", ", named)
                        + "), not "
                        + inputs.size()
                        + " ("
                        + String.join(
                                ", ", inputs.stream().map(i -> i.description().name()).toList())
                        + ")");
    }
}
