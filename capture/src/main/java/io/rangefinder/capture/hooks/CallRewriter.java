package io.rangefinder.capture.hooks;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.TorchScriptProgram.Definition;
import io.rangefinder.capture.source.HookPoint.Kind;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.types.SchemaTable;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Copies calls: of operators, modules, methods, functions and TorchScript's built-ins. */
final class CallRewriter {

    /** How many arguments a built-in has at least, of those that are looked at. */
    private static final Map<String, Integer> ARITY =
            Map.of(
                    "annotate", 2,
                    "unchecked_cast", 2,
                    "uninitialized", 1,
                    "isinstance", 2,
                    "hasattr", 2,
                    "getattr", 2);

    /** What {@code __call__} of a module is named in an archive: a traced module has several. */
    private static final Pattern FORWARD = Pattern.compile("forward(__)?\\d*");

    private final Injection injection;
    private final ExpressionRewriter expressions;
    private final FunctionCopier functions;
    private final PointBinder binder;

    CallRewriter(Injection injection, FunctionCopier functions, PointBinder binder) {
        this.injection = injection;
        this.functions = functions;
        this.binder = binder;
        expressions = new ExpressionRewriter(injection, this);
    }

    ExpressionRewriter expressions() {
        return expressions;
    }

    /** The arguments of a call, copied. */
    private record Arguments(
            List<Evaluated> positional, Map<String, Evaluated> keywords, Expression.Call call) {

        List<Type> types() {
            return positional.stream().map(a -> a.value().type()).toList();
        }

        Stream<KnownValue> values() {
            return Stream.concat(positional.stream(), keywords.values().stream())
                    .map(Evaluated::value);
        }

        Map<String, Type> keywordTypes() {
            Map<String, Type> types = new HashMap<>();
            keywords.forEach((name, value) -> types.put(name, value.value().type()));
            return types;
        }

        Expression.Call with(Expression callee, List<Expression> before) {
            List<Expression> all = new ArrayList<>(before);
            positional.forEach(a -> all.add(a.expression()));
            List<Expression.Keyword> named = new ArrayList<>();
            call.keywords()
                    .forEach(
                            k ->
                                    named.add(
                                            new Expression.Keyword(
                                                    k.name(),
                                                    keywords.get(k.name()).expression())));
            return new Expression.Call(callee, List.copyOf(all), List.copyOf(named));
        }
    }

    Evaluated rewrite(Scope scope, Expression.Call call, Destination target)
            throws MalformedModelException {
        Optional<String> dotted = call.callee().dottedName();
        if (dotted.isPresent()) {
            String name = dotted.get();
            if (call.callee() instanceof Expression.Name && !scope.variables.containsKey(name)) {
                return builtIn(scope, name, call, target);
            }
            boolean operator = name.startsWith("torch.") || name.startsWith("ops.");
            if (operator && !scope.variables.containsKey(name.substring(0, name.indexOf('.')))) {
                return operator(scope, name, call, target);
            }
        }
        if (call.callee() instanceof Expression.Attribute member
                && !dotted.filter(d -> d.startsWith("__torch__.")).isPresent()) {
            Evaluated receiver = expressions.rewrite(scope, member.target());
            return method(scope, receiver, member.name(), call, target);
        }
        Evaluated callee = expressions.rewrite(scope, call.callee());
        return function(scope, callee, call, target);
    }

    private Arguments arguments(Scope scope, Expression.Call call) throws MalformedModelException {
        List<Evaluated> positional = expressions.rewriteAll(scope, call.arguments());
        Map<String, Evaluated> keywords = new HashMap<>();
        for (Expression.Keyword keyword : call.keywords()) {
            keywords.put(keyword.name(), expressions.rewrite(scope, keyword.value()));
        }
        return new Arguments(positional, keywords, call);
    }

    private Evaluated builtIn(Scope scope, String name, Expression.Call call, Destination target)
            throws MalformedModelException {
        List<Expression> arguments = call.arguments();
        if (arguments.size() < ARITY.getOrDefault(name, 0)) {
            throw new InvalidArchiveException(
                    "line "
                            + scope.line
                            + " of the code of "
                            + (scope.frame.path().isEmpty() ? "the model" : scope.frame.path())
                            + " calls "
                            + name
                            + " with too few arguments; save the model again");
        }
        switch (name) {
            case "annotate", "unchecked_cast":
                Evaluated value = expressions.rewrite(scope, arguments.get(1));
                return new Evaluated(
                        Expression.call(call.callee(), arguments.get(0), value.expression()),
                        value.value().withType(TypeReader.read(arguments.get(0))));
            case "uninitialized":
                return new Evaluated(call, KnownValue.of(TypeReader.read(arguments.get(0))));
            case "isinstance":
                Evaluated asked = expressions.rewrite(scope, arguments.get(0));
                return new Evaluated(
                        Expression.call(call.callee(), asked.expression(), arguments.get(1)),
                        KnownValue.of(Type.Basic.BOOL));
            case "hasattr":
                return new Evaluated(call, KnownValue.of(Type.Basic.BOOL));
            case "getattr":
                Evaluated owner = expressions.rewrite(scope, arguments.get(0));
                KnownValue member =
                        arguments.get(1) instanceof Expression.Literal literal
                                ? expressions.member(
                                        owner.value(), literal.stringValue().orElse(""))
                                : KnownValue.UNKNOWN;
                return new Evaluated(
                        Expression.call(call.callee(), owner.expression(), arguments.get(1)),
                        member);
            case "range":
                return new Evaluated(
                        arguments(scope, call).with(call.callee(), List.of()),
                        KnownValue.of(new Type.ListType(Type.Basic.INT)));
            default:
                break;
        }
        Type type =
                switch (name) {
                    case "int" -> Type.Basic.INT;
                    case "float" -> Type.Basic.FLOAT;
                    case "bool" -> Type.Basic.BOOL;
                    case "complex" -> Type.Basic.COMPLEX;
                    case "str" -> Type.Basic.STRING;
                    default -> Type.Basic.UNKNOWN;
                };
        Expression.Call copy = arguments(scope, call).with(call.callee(), List.of());
        return type == Type.Basic.UNKNOWN
                ? new Evaluated(copy, KnownValue.UNKNOWN)
                : store(scope, copy, KnownValue.of(type), target);
    }

    private Evaluated operator(Scope scope, String name, Expression.Call call, Destination target)
            throws MalformedModelException {
        Arguments arguments = arguments(scope, call);
        String[] parts = name.split("\\.");
        String operator = parts[parts.length - 1];
        String namespace = parts[0].equals("torch") || parts.length < 3 ? "aten" : parts[1];
        Optional<SchemaTable.Result> known =
                injection.schemas.resolve(
                        namespace + "::" + operator, arguments.types(), arguments.keywordTypes());
        Type type =
                KnownOperators.definedResult(
                        operator, known.map(SchemaTable.Result::type).orElse(Type.Basic.UNKNOWN));
        boolean mutates =
                known.map(SchemaTable.Result::mutates)
                        .orElse(injection.schemas.overloads(namespace + "::" + operator).isEmpty());
        KnownValue input =
                arguments.positional().isEmpty()
                        ? KnownValue.UNKNOWN
                        : arguments.positional().get(0).value();
        if (KnownOperators.takesOperands(operator)) {
            arguments.values().forEach(binder::operand);
        }
        Optional<KnownValue.Seen> seen =
                KnownOperators.clamp(operator, call, arguments.positional())
                        .filter(clamp -> binder.isCurrent(scope, input))
                        .flatMap(
                                clamp ->
                                        input.seen()
                                                .map(
                                                        s ->
                                                                new KnownValue.Seen(
                                                                        s.row(),
                                                                        s.clamp().then(clamp),
                                                                        s.block(),
                                                                        s.epoch(),
                                                                        s.point(),
                                                                        Optional.empty())));
        if (mutates) {
            injection.epoch++;
            seen =
                    seen.map(
                            s ->
                                    new KnownValue.Seen(
                                            s.row(),
                                            s.clamp(),
                                            s.block(),
                                            injection.epoch,
                                            s.point(),
                                            Optional.empty()));
        }
        Expression.Call copy = arguments.with(call.callee(), List.of());
        Optional<Expression.Call> opened = opened(scope, namespace + "::" + operator, arguments);
        if (opened.isPresent()) {
            if (injection.marks) {
                copy = opened.get();
            } else {
                scope.out.add(new Statement.ExprStmt(scope.line, opened.get()));
            }
        }
        KnownValue result = KnownValue.of(type);
        KnownValue value = seen.map(result::observed).orElse(result);
        if (KnownOperators.isNoPoint(operator) || !mayHoldTensor(type)) {
            return store(scope, copy, value, target);
        }
        Evaluated stored =
                store(
                        scope,
                        copy,
                        value,
                        Destination.Kind.NOWHERE == target.kind() ? Destination.FRESH : target);
        String point = injection.counter.next(scope.frame.path() + "/" + pointName(operator));
        return new Evaluated(
                stored.expression(),
                bindUnpacked(scope, point, Kind.OPERATOR, stored, target.unpacked()));
    }

    /** The call of what a fused operator computes, if that has points that are wanted. */
    private Optional<Expression.Call> opened(Scope scope, String operator, Arguments arguments)
            throws MalformedModelException {
        Optional<Definition<FunctionDef>> opened = injection.fused.opened(operator);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        List<Evaluated> given = arguments.positional();
        List<Expression> before = new ArrayList<>(functions.hookArguments());
        List<KnownValue> values = new ArrayList<>();
        if (opened.get().definition().parameters().get(0).name().equals(FusedOperators.SAME)) {
            Evaluated same = sameSequences(given);
            before.add(same.expression());
            values.add(same.value());
        }
        given.forEach(a -> values.add(a.value()));
        FunctionCopier.Copy copied =
                functions.copy(
                        FunctionCopier.Source.function(opened.get()),
                        new Scope.Frame(scope.frame.path(), scope.frame.self(), new ArrayList<>()),
                        scope.block,
                        values,
                        values(arguments.keywords()));
        if (copied.name().isEmpty()) {
            return Optional.empty();
        }
        injection.fused.plain().forEach(f -> injection.generated.addFunction(f, "PyTorch"));
        return Optional.of(arguments.with(Expression.dotted(copied.name().get()), before));
    }

    /** Whether queries, keys and values are projected from one sequence, all at once. */
    private static Evaluated sameSequences(List<Evaluated> arguments) {
        List<Expression> sequences =
                arguments.stream().limit(3).map(Evaluated::expression).distinct().toList();
        if (sequences.size() == 1) {
            return new Evaluated(new Expression.Literal("True"), KnownValue.truth(true));
        }
        Expression is = Expression.dotted("torch.__is__");
        return new Evaluated(
                new Expression.Binary(
                        "and",
                        Expression.call(is, sequences.get(0), sequences.get(1)),
                        Expression.call(is, sequences.get(0), sequences.get(sequences.size() - 1))),
                KnownValue.of(Type.Basic.BOOL));
    }

    private static boolean mayHoldTensor(Type type) {
        if (type instanceof Type.ListType list) {
            return mayHoldTensor(list.element());
        }
        if (type instanceof Type.TupleType tuple) {
            return tuple.elements().stream().anyMatch(CallRewriter::mayHoldTensor);
        }
        if (type instanceof Type.DictType dict) {
            return mayHoldTensor(dict.value());
        }
        if (type instanceof Type.OptionalType optional) {
            return mayHoldTensor(optional.value());
        }
        if (type instanceof Type.UnionType union) {
            return union.members().stream().anyMatch(CallRewriter::mayHoldTensor);
        }
        return type == Type.Basic.TENSOR
                || type == Type.Basic.UNKNOWN
                || type == Type.Basic.ANY
                || type instanceof Type.ClassType;
    }

    /** An operator and its in-place form share a name: what is observed is the result. */
    private static String pointName(String operator) {
        boolean inPlace = operator.endsWith("_") && !operator.endsWith("__");
        return inPlace ? operator.substring(0, operator.length() - 1) : operator;
    }

    private KnownValue bindUnpacked(
            Scope scope, String point, Kind kind, Evaluated stored, int unpacked) {
        KnownValue value = stored.value();
        if (value.type() instanceof Type.ListType list && unpacked > 0) {
            return binder.elements(
                    scope,
                    point,
                    kind,
                    stored.expression(),
                    value,
                    Collections.nCopies(unpacked, list.element()));
        }
        return binder.bind(scope, point, kind, stored.expression(), value);
    }

    private Evaluated method(
            Scope scope, Evaluated receiver, String name, Expression.Call call, Destination target)
            throws MalformedModelException {
        Arguments arguments = arguments(scope, call);
        KnownValue self = receiver.value();
        Expression callee = new Expression.Attribute(receiver.expression(), name);
        Optional<Definition<ClassDef>> owner =
                self.type() instanceof Type.ClassType c
                        ? injection.program.classNamed(c.qualifiedName())
                        : Optional.empty();
        Optional<FunctionDef> definition = owner.flatMap(o -> o.definition().method(name));
        if (definition.isEmpty()) {
            // A method of a tensor, a list, a string or a class in C++: what it does is not known.
            injection.epoch++;
            return store(scope, arguments.with(callee, List.of()), KnownValue.UNKNOWN, target);
        }
        boolean module = owner.get().definition().bases().contains(new Expression.Name("Module"));
        boolean isCall =
                FORWARD.matcher(name).matches()
                        && self.object().isPresent()
                        && self.object().get() != scope.frame.self().object().orElse(null);
        KnownValue result = KnownValue.of(TypeReader.read(definition.get().returns()));
        Expression.Call copy = arguments.with(callee, List.of());
        if (isInterface(owner.get().definition()) || (module && self.object().isEmpty())) {
            // Which code runs is told only when it runs: it runs without hooks.
            injection.epoch++;
            String which = self.path().isEmpty() ? scope.frame.path() : self.path();
            injection.unobserved.add(
                    "within "
                            + (which.isEmpty() ? "the model" : which)
                            + " nothing is observed: which module is called is decided at run"
                            + " time");
        } else {
            String path = self.object().isPresent() ? self.path() : scope.frame.path();
            FunctionCopier.Copy copied =
                    functions.copy(
                            FunctionCopier.Source.method(definition.get(), owner.get()),
                            new Scope.Frame(path, self, new ArrayList<>()),
                            scope.block,
                            arguments.positional().stream().map(Evaluated::value).toList(),
                            values(arguments.keywords()));
            result = copied.result();
            if (copied.name().isPresent()) {
                List<Expression> first = new ArrayList<>(List.of(receiver.expression()));
                first.addAll(functions.hookArguments());
                copy = arguments.with(Expression.dotted(copied.name().get()), first);
            }
        }
        if (!isCall) {
            return store(scope, copy, result, target);
        }
        Evaluated stored =
                store(
                        scope,
                        copy,
                        result,
                        Destination.Kind.NOWHERE == target.kind() ? Destination.FRESH : target);
        String point = injection.counter.next(self.path());
        return new Evaluated(
                stored.expression(),
                bindUnpacked(scope, point, Kind.MODULE, stored, target.unpacked()));
    }

    private static boolean isInterface(ClassDef definition) {
        return definition.bases().stream()
                .anyMatch(b -> b.dottedName().orElse("").endsWith("Interface"));
    }

    private static Map<String, KnownValue> values(Map<String, Evaluated> evaluated) {
        Map<String, KnownValue> values = new HashMap<>();
        evaluated.forEach((name, e) -> values.put(name, e.value()));
        return values;
    }

    private Evaluated function(
            Scope scope, Evaluated callee, Expression.Call call, Destination target)
            throws MalformedModelException {
        Arguments arguments = arguments(scope, call);
        String name = callee.value().function().orElse("");
        Optional<Definition<FunctionDef>> definition =
                injection.program.functionNamed(name).or(() -> injection.fused.hooked(name));
        Optional<Definition<FunctionDef>> plain = injection.fused.plain(name);
        if (plain.isPresent()) {
            return store(
                    scope,
                    arguments.with(callee.expression(), List.of()),
                    KnownValue.of(TypeReader.read(plain.get().definition().returns())),
                    target);
        }
        if (definition.isEmpty()) {
            // A constructor, or what the archive does not hold.
            injection.epoch++;
            String made = name.replaceFirst("\\.__new__$", "");
            boolean isClass = injection.program.classNamed(made).isPresent();
            return store(
                    scope,
                    arguments.with(callee.expression(), List.of()),
                    isClass ? KnownValue.of(new Type.ClassType(made)) : KnownValue.UNKNOWN,
                    target);
        }
        FunctionCopier.Copy copied =
                functions.copy(
                        FunctionCopier.Source.function(definition.get()),
                        new Scope.Frame(scope.frame.path(), scope.frame.self(), new ArrayList<>()),
                        scope.block,
                        arguments.positional().stream().map(Evaluated::value).toList(),
                        values(arguments.keywords()));
        Expression.Call copy =
                copied.name().isPresent()
                        ? arguments.with(
                                Expression.dotted(copied.name().get()), functions.hookArguments())
                        : arguments.with(callee.expression(), List.of());
        return store(scope, copy, copied.result(), target);
    }

    private Evaluated store(
            Scope scope, Expression.Call call, KnownValue value, Destination target) {
        if (target.kind() == Destination.Kind.NOWHERE) {
            return new Evaluated(call, value);
        }
        Expression.Name name =
                target.variable()
                        .orElseGet(() -> new Expression.Name(injection.generated.newName()));
        scope.out.add(
                new Statement.Assign(
                        scope.line, List.of(name), false, Optional.empty(), Optional.of(call)));
        scope.variables.put(name.id(), value);
        return new Evaluated(name, value);
    }
}
