package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.types.ArgumentLiteral;
import io.rangefinder.capture.types.TypeReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Values of a model's arguments that are no tensors, which whoever calls it by tensors can't give.
 * Each method of the model itself that has an argument of such a name is called with its value.
 * Immutable.
 */
public final class BoundArguments {

    /** No argument has a value. */
    public static final BoundArguments NONE = new BoundArguments(Map.of());

    private final Map<String, String> values;

    private BoundArguments(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Binds arguments.
     *
     * @param file the model's file, for messages
     * @param program the model
     * @param values values by the arguments' names, as people write them
     * @return the bound arguments
     * @throws IllegalArgumentException if no method of the model has such an argument, or it takes
     *     other values
     */
    public static BoundArguments of(
            Path file, TorchScriptProgram program, Map<String, String> values) {
        List<FunctionDef> methods =
                program.classNamed(program.root().className())
                        .map(TorchScriptProgram.Definition::definition)
                        .map(ClassDef::methods)
                        .orElse(List.of());
        BoundArguments bound = new BoundArguments(Map.copyOf(values));
        for (String name : values.keySet()) {
            List<FunctionDef> having =
                    methods.stream().filter(m -> parameter(m, name).isPresent()).toList();
            if (having.isEmpty()) {
                throw new IllegalArgumentException(
                        file
                                + " takes no argument "
                                + name
                                + "; "
                                + methods.stream()
                                        .filter(m -> !m.name().startsWith("__"))
                                        .map(BoundArguments::told)
                                        .collect(Collectors.joining(", ")));
            }
            try {
                // So that a value that is none is told now.
                having.forEach(bound::assignments);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
            }
        }
        return bound;
    }

    private static String told(FunctionDef method) {
        return method.name()
                + " takes "
                + method.parameters().stream()
                        .skip(1)
                        .map(FunctionDef.Parameter::name)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static Optional<FunctionDef.Parameter> parameter(FunctionDef method, String name) {
        return method.parameters().stream().skip(1).filter(p -> p.name().equals(name)).findFirst();
    }

    /**
     * The parameters of a method that have no value yet.
     *
     * @param method a method of the model
     * @return its other parameters, {@code self} first
     */
    public List<FunctionDef.Parameter> rest(FunctionDef method) {
        return method.parameters().stream().filter(p -> !values.containsKey(p.name())).toList();
    }

    /**
     * The values of a method's own arguments.
     *
     * @param method a method of the model
     * @return values by name
     */
    public Map<String, String> of(FunctionDef method) {
        return method.parameters().stream()
                .skip(1)
                .map(FunctionDef.Parameter::name)
                .filter(values::containsKey)
                .collect(Collectors.toMap(name -> name, values::get));
    }

    /** What gives a method's bound parameters their values, in their order. */
    List<Statement> assignments(FunctionDef method) {
        List<Statement> assignments = new ArrayList<>();
        for (FunctionDef.Parameter parameter : method.parameters()) {
            Optional<String> value = Optional.ofNullable(values.get(parameter.name()));
            if (value.isPresent()) {
                Expression type = parameter.type().orElse(new Expression.Name("Tensor"));
                Expression literal =
                        ArgumentLiteral.of(parameter.name(), TypeReader.read(type), value.get());
                assignments.add(
                        new Statement.Assign(
                                0,
                                List.of(new Expression.Name(parameter.name())),
                                false,
                                Optional.empty(),
                                Optional.of(
                                        Expression.call(
                                                new Expression.Name("annotate"), type, literal))));
            }
        }
        return List.copyOf(assignments);
    }
}
