package io.rangefinder.capture.hooks;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.archive.TorchScriptProgram.Definition;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.source.HookPoint.Kind;
import io.rangefinder.capture.source.PointFilter;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.Expression.Name;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.types.SchemaTable;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts hooks into a program. Safe from any thread. */
public final class HookInjector {

    private final SchemaTable schemas;

    /**
     * An injector that knows operators by a table.
     *
     * @param schemas the operators' schemas
     */
    public HookInjector(SchemaTable schemas) {
        this.schemas = schemas;
    }

    /**
     * Copies every method of the model, with hooks.
     *
     * @param program the model
     * @param arguments values of arguments that are no tensors, which the copies don't take
     * @param statistics the points whose statistics are wanted
     * @param tensors the points whose whole tensors are wanted
     * @return the new code and how to read what it returns
     * @throws MalformedModelException if the code is not what PyTorch writes
     */
    public HookedProgram inject(
            TorchScriptProgram program,
            BoundArguments arguments,
            PointFilter statistics,
            PointFilter tensors)
            throws MalformedModelException {
        return inject(program, arguments, statistics, tensors, Observers.STANDARD);
    }

    /**
     * Copies every method of the model, with hooks for given observers.
     *
     * @param program the model
     * @param arguments values of arguments that are no tensors, which the copies don't take
     * @param statistics the points whose statistics are wanted
     * @param tensors the points whose whole tensors are wanted
     * @param observers who looks at the tensors
     * @return the new code and how to read what it returns
     * @throws MalformedModelException if the code is not what PyTorch writes
     * @throws IllegalArgumentException if an observer's code has no function of its name
     */
    public HookedProgram inject(
            TorchScriptProgram program,
            BoundArguments arguments,
            PointFilter statistics,
            PointFilter tensors,
            Observers observers)
            throws MalformedModelException {
        return guarded(
                () -> {
                    Map<String, ObservedTensors> found = new HashMap<>();
                    if (!observers.tensors().isEmpty()) {
                        injected(
                                new Injection(
                                        program, schemas, statistics, tensors, observers, false),
                                arguments,
                                found);
                    }
                    return injected(
                            new Injection(program, schemas, statistics, tensors, observers, false),
                            arguments,
                            found);
                });
    }

    /**
     * Copies every method of the model with a mark at each hook point, for whoever executes the
     * code otherwise than PyTorch does.
     *
     * @param program the model
     * @param arguments values of arguments that are no tensors, which the copies don't take
     * @return the copies
     * @throws MalformedModelException if the code is not what PyTorch writes
     */
    public MarkedProgram mark(TorchScriptProgram program, BoundArguments arguments)
            throws MalformedModelException {
        return guarded(
                () -> {
                    Injection injection =
                            new Injection(
                                    program,
                                    schemas,
                                    PointFilter.none(),
                                    PointFilter.all(),
                                    Observers.STANDARD,
                                    true);
                    return new MarkedProgram(
                            injected(injection, arguments, new HashMap<>()),
                            injection.generated,
                            program);
                });
    }

    /** What may fill the stack. */
    @FunctionalInterface
    private interface Work<T> {

        T run() throws MalformedModelException;
    }

    private static <T> T guarded(Work<T> work) throws MalformedModelException {
        try {
            return work.run();
        } catch (StackOverflowError e) {
            throw new InvalidArchiveException(
                    "the model's modules, calls and expressions are nested too deep for a thread's"
                            + " stack; give the JVM more with -Xss, or do not trust this file",
                    e);
        }
    }

    /** Looks at the tensors that were found by method, and finds them. */
    private static HookedProgram injected(
            Injection injection, BoundArguments arguments, Map<String, ObservedTensors> found)
            throws MalformedModelException {
        TorchScriptProgram program = injection.program;
        String className = program.root().className();
        Definition<ClassDef> root =
                program.classNamed(className)
                        .orElseThrow(
                                () ->
                                        new InvalidArchiveException(
                                                "the archive holds no code of its own class "
                                                        + className
                                                        + "; save the model again"));
        FunctionCopier functions = new FunctionCopier(injection, new PointBinder(injection));
        Map<String, HookedProgram.HookedMethod> methods = new LinkedHashMap<>();
        for (FunctionDef method : root.definition().methods()) {
            if (!method.name().startsWith("__") && !method.parameters().isEmpty()) {
                injection.startMethod();
                injection.tensors = found.getOrDefault(method.name(), ObservedTensors.NONE);
                String name = entry(injection, functions, root, method, arguments);
                methods.put(
                        method.name(),
                        new HookedProgram.HookedMethod(
                                name,
                                withoutHooks(injection, root, method, arguments),
                                injection.rows,
                                List.copyOf(injection.points),
                                List.copyOf(injection.readings)));
                found.put(method.name(), injection.found());
            }
        }
        return new HookedProgram(
                injection.generated.code(),
                methods,
                List.copyOf(injection.unobserved),
                injection.casts,
                injection.observers);
    }

    /** Writes the method that the engine calls in place of the original. */
    private static String entry(
            Injection injection,
            FunctionCopier functions,
            Definition<ClassDef> root,
            FunctionDef method,
            BoundArguments bound)
            throws MalformedModelException {
        PointBinder binder = functions.binder();
        KnownValue self =
                new KnownValue.Instance(
                        new Type.ClassType(root.qualifiedName()), injection.program.root(), "");
        Scope.Frame frame = new Scope.Frame("", self, new ArrayList<>());
        Scope scope = new Scope(frame, injection.newBlock(), Map.of());
        List<FunctionDef.Parameter> parameters = method.parameters();
        List<Expression> arguments = new ArrayList<>(functions.hookArguments());
        List<KnownValue> values = new ArrayList<>();
        bound.assignments(method).forEach(scope.out::add);
        for (FunctionDef.Parameter parameter : parameters.subList(1, parameters.size())) {
            Expression variable = new Name(parameter.name());
            String point =
                    injection.program.root().attribute(parameter.name()).isPresent()
                            ? parameter.name() + "@input"
                            : parameter.name();
            values.add(
                    binder.bind(
                            scope,
                            point,
                            Kind.INPUT,
                            variable,
                            KnownValue.of(TypeReader.read(parameter.type()))));
            arguments.add(variable);
        }
        FunctionCopier.Copy copy =
                functions.copy(
                        FunctionCopier.Source.method(method, root),
                        frame,
                        scope.block,
                        values,
                        Map.of());
        Expression module = new Name(parameters.get(0).name());
        Name output = new Name(injection.generated.newName());
        assign(
                scope,
                output,
                copy.name().isPresent()
                        ? Expression.call(
                                Expression.dotted(copy.name().get()),
                                Stream.concat(Stream.of(module), arguments.stream())
                                        .toArray(Expression[]::new))
                        : new Expression.Call(
                                new Expression.Attribute(module, method.name()),
                                arguments.subList(2, arguments.size()),
                                List.of()));
        if (method.name().equals("forward")) {
            binder.bind(scope, HookPoint.ROOT, Kind.MODULE, output, copy.result());
        }
        return finish(injection, root, method, bound, scope, output);
    }

    private static String finish(
            Injection injection,
            Definition<ClassDef> root,
            FunctionDef method,
            BoundArguments bound,
            Scope scope,
            Name output) {
        Name rows = new Name(injection.rowsArgument);
        Name results = new Name(injection.resultsArgument);
        Scope whole = new Scope(scope.frame, scope.block, Map.of());
        assign(
                whole,
                rows,
                Expression.call(
                        Expression.dotted(
                                injection.generated.file + ".new_" + injection.observerClass),
                        new Expression.Literal(Integer.toString(injection.rows))));
        assign(
                whole,
                results,
                Expression.call(
                        new Name("annotate"),
                        FunctionCopier.resultsType(),
                        new Expression.DictLiteral(List.of())));
        whole.out.addAll(scope.out);
        Expression table = Expression.call(new Expression.Attribute(rows, "table"));
        whole.out.add(
                new Statement.Return(
                        0,
                        Optional.of(new Expression.TupleLiteral(List.of(output, results, table)))));
        Expression returns =
                new Expression.Subscript(
                        new Name("Tuple"),
                        List.of(
                                method.returns().orElse(new Name("Tensor")),
                                FunctionCopier.resultsType(),
                                new Name("Tensor")));
        FunctionDef entry =
                new FunctionDef(
                        0,
                        injection.generated.prefix + method.name(),
                        bound.rest(method),
                        Optional.of(returns),
                        List.copyOf(whole.out));
        injection.generated.addMethod(root, entry);
        return entry.name();
    }

    /** The method as it is but for its bound arguments, if it has any: for when nothing is seen. */
    private static Optional<String> withoutHooks(
            Injection injection,
            Definition<ClassDef> root,
            FunctionDef method,
            BoundArguments bound) {
        List<Statement> body = new ArrayList<>(bound.assignments(method));
        if (body.isEmpty()) {
            return Optional.empty();
        }
        List<FunctionDef.Parameter> parameters = method.parameters();
        Expression call =
                new Expression.Call(
                        new Expression.Attribute(new Name(parameters.get(0).name()), method.name()),
                        parameters.stream()
                                .skip(1)
                                .map(p -> (Expression) new Name(p.name()))
                                .toList(),
                        List.of());
        body.add(new Statement.Return(0, Optional.of(call)));
        FunctionDef plain =
                new FunctionDef(
                        0,
                        injection.generated.prefix + "bound_" + method.name(),
                        bound.rest(method),
                        method.returns(),
                        body);
        injection.generated.addMethod(root, plain);
        return Optional.of(plain.name());
    }

    private static void assign(Scope scope, Name name, Expression value) {
        scope.out.add(
                new Statement.Assign(
                        0, List.of(name), false, Optional.empty(), Optional.of(value)));
    }
}
