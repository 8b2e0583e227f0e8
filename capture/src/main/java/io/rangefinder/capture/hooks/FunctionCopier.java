package io.rangefinder.capture.hooks;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.TorchScriptProgram.Definition;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Copies a function or a method for one place that it is called from. */
final class FunctionCopier {

    private static final int MAX_DEPTH = 200;

    private final Injection injection;
    private final PointBinder binder;
    private final BodyRewriter bodies;

    FunctionCopier(Injection injection, PointBinder binder) {
        this.injection = injection;
        this.binder = binder;
        bodies = new BodyRewriter(injection, this, binder);
    }

    /**
     * What is copied.
     *
     * @param function the function
     * @param owner its class, if it is a method
     * @param file the name of the file that it stands in
     */
    record Source(FunctionDef function, Optional<Definition<ClassDef>> owner, String file) {

        static Source method(FunctionDef method, Definition<ClassDef> owner) {
            return new Source(method, Optional.of(owner), owner.source().name());
        }

        static Source function(Definition<FunctionDef> function) {
            return new Source(function.definition(), Optional.empty(), function.source().name());
        }
    }

    /**
     * A copy.
     *
     * @param name its qualified name, or empty if there was nothing to hook: the original will do.
     *     It is a function; a method's takes {@code self} first
     * @param result what is known of its result
     */
    record Copy(Optional<String> name, KnownValue result) {}

    PointBinder binder() {
        return binder;
    }

    /** What a call of a copy passes before all else, after {@code self} if it is a method's. */
    List<Expression> hookArguments() {
        return List.of(
                new Expression.Name(injection.rowsArgument),
                new Expression.Name(injection.resultsArgument));
    }

    Copy copy(
            Source source,
            Scope.Frame frame,
            int block,
            List<KnownValue> positional,
            Map<String, KnownValue> keywords)
            throws MalformedModelException {
        injection.generated.countCopy();
        if (++injection.depth > MAX_DEPTH) {
            throw new InvalidArchiveException(
                    "the model's methods call each other more than "
                            + MAX_DEPTH
                            + " deep, at "
                            + source.function().name()
                            + "; TorchScript knows no recursion, do not trust this file");
        }
        FunctionDef function = source.function();
        List<FunctionDef.Parameter> own = function.parameters();
        boolean method = source.owner().isPresent();
        Map<String, KnownValue> variables = new HashMap<>();
        List<KnownValue> values = new ArrayList<>(positional);
        if (method) {
            values.add(0, frame.self());
        }
        for (int i = 0; i < own.size(); i++) {
            FunctionDef.Parameter parameter = own.get(i);
            variables.put(parameter.name(), parameter(parameter, i, values, keywords));
        }
        int hooksBefore = injection.hooks;
        Scope scope = new Scope(frame, block, variables);
        bodies.rewrite(scope, function.body());
        injection.depth--;
        KnownValue result = result(frame, function);
        if (injection.hooks == hooksBefore) {
            return new Copy(Optional.empty(), result);
        }
        List<FunctionDef.Parameter> parameters = new ArrayList<>(own);
        source.owner().ifPresent(owner -> parameters.set(0, self(own.get(0), owner)));
        parameters.addAll(method ? 1 : 0, hookParameters());
        FunctionDef copy =
                new FunctionDef(
                        function.line(),
                        injection.generated.newName(),
                        List.copyOf(parameters),
                        function.returns(),
                        List.copyOf(scope.out));
        String name = injection.generated.addCopy(copy, source.file(), method);
        return new Copy(Optional.of(name), result);
    }

    /** Of a method's copy, which is a function. */
    private static FunctionDef.Parameter self(
            FunctionDef.Parameter self, Definition<ClassDef> owner) {
        return new FunctionDef.Parameter(
                self.name(),
                self.type().or(() -> Optional.of(Expression.dotted(owner.qualifiedName()))),
                self.defaultValue());
    }

    private List<FunctionDef.Parameter> hookParameters() {
        return List.of(
                new FunctionDef.Parameter(
                        injection.rowsArgument,
                        Optional.of(
                                Expression.dotted(
                                        injection.generated.file + "." + injection.observerClass)),
                        Optional.empty()),
                new FunctionDef.Parameter(
                        injection.resultsArgument, Optional.of(resultsType()), Optional.empty()));
    }

    static Expression resultsType() {
        return new Expression.Subscript(
                new Expression.Name("Dict"),
                List.of(new Expression.Name("str"), new Expression.Name("Tensor")));
    }

    private static KnownValue parameter(
            FunctionDef.Parameter parameter,
            int index,
            List<KnownValue> positional,
            Map<String, KnownValue> keywords) {
        KnownValue argument =
                index < positional.size()
                        ? positional.get(index)
                        : keywords.getOrDefault(
                                parameter.name(), defaultValue(parameter.defaultValue()));
        if (index == 0 && argument.object().isPresent()) {
            return argument;
        }
        Type declared = TypeReader.read(parameter.type());
        // Within the function the value has the declared type, Optional and all.
        return argument.withType(declared == Type.Basic.UNKNOWN ? argument.type() : declared);
    }

    private static KnownValue defaultValue(Optional<Expression> value) {
        if (value.isPresent() && value.get() instanceof Expression.Literal literal) {
            return switch (literal.text()) {
                case "True" -> KnownValue.truth(true);
                case "False" -> KnownValue.truth(false);
                default -> KnownValue.UNKNOWN;
            };
        }
        return KnownValue.UNKNOWN;
    }

    private static KnownValue result(Scope.Frame frame, FunctionDef function) {
        Type declared = TypeReader.read(function.returns());
        if (frame.results().size() == 1) {
            KnownValue only = frame.results().get(0);
            return declared == Type.Basic.UNKNOWN ? only : only.withType(declared);
        }
        return KnownValue.of(declared);
    }
}
