package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.observers.Clamp;
import io.rangefinder.capture.observers.TensorObserver;
import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.source.HookPoint.Kind;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.Printer;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives tensors their names, and writes the code that looks at them. */
final class PointBinder {

    private final Injection injection;
    private final ContainerObservers containers;

    PointBinder(Injection injection) {
        this.injection = injection;
        containers = new ContainerObservers(injection);
    }

    /**
     * Makes a value a hook point: each tensor in it, if it is a container.
     *
     * @param scope where code is written
     * @param name the point's name
     * @param kind what made the value
     * @param variable the variable that holds it
     * @param value what is known of it
     * @return what is known of it now
     */
    KnownValue bind(Scope scope, String name, Kind kind, Expression variable, KnownValue value) {
        Type type = asTuple(value.type());
        if (type == Type.Basic.TENSOR) {
            return tensor(scope, new HookPoint(name, kind), variable, value, "tensor");
        }
        if (type.equals(new Type.OptionalType(Type.Basic.TENSOR))) {
            return tensor(scope, new HookPoint(name, kind), variable, value, "optional");
        }
        boolean maybe =
                type instanceof Type.UnionType union
                        && union.members().stream()
                                .allMatch(m -> m == Type.Basic.TENSOR || !containers.holdTensors(m))
                        && containers.holdTensors(union);
        if (type == Type.Basic.UNKNOWN || type == Type.Basic.ANY || maybe) {
            return tensor(scope, new HookPoint(name, kind), variable, value, "any");
        }
        if (!containers.holdTensors(type)) {
            return value;
        }
        if (type instanceof Type.TupleType tuple) {
            return elements(scope, name, kind, variable, value, tuple.elements());
        }
        containers.observe(scope, new HookPoint(name, kind), variable, type);
        return value;
    }

    /** Unpacks a list whose length the program fixes, or a tuple, and names each element. */
    KnownValue elements(
            Scope scope,
            String name,
            Kind kind,
            Expression variable,
            KnownValue value,
            List<Type> types) {
        boolean wanted = false;
        for (int i = 0; i < types.size(); i++) {
            wanted |= isWanted(name + "[" + i + "]", kind, types.get(i));
        }
        if (!wanted) {
            return value;
        }
        List<Expression> names = new ArrayList<>();
        types.forEach(t -> names.add(new Expression.Name(injection.generated.newName())));
        scope.out.add(
                new Statement.Assign(
                        scope.line, names, true, Optional.empty(), Optional.of(variable)));
        List<KnownValue> known = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            KnownValue element =
                    value.elements().size() == types.size()
                            ? value.elements().get(i)
                            : KnownValue.of(types.get(i));
            known.add(bind(scope, name + "[" + i + "]", kind, names.get(i), element));
        }
        return value.withElements(List.copyOf(known));
    }

    private boolean isWanted(String name, Kind kind, Type type) {
        Type plain = asTuple(type);
        if (plain instanceof Type.TupleType tuple) {
            for (int i = 0; i < tuple.elements().size(); i++) {
                if (isWanted(name + "[" + i + "]", kind, tuple.elements().get(i))) {
                    return true;
                }
            }
            return false;
        }
        HookPoint point = new HookPoint(name, kind);
        return (plain == Type.Basic.UNKNOWN || containers.holdTensors(plain))
                && (injection.filter.mayHold(point) || injection.taps.mayHold(point));
    }

    private KnownValue tensor(
            Scope scope, HookPoint point, Expression variable, KnownValue value, String observer) {
        if (injection.taps.test(point)) {
            containers.keep(scope, point.name(), variable, value.type());
        }
        if (!injection.filter.test(point)) {
            return value;
        }
        injection.points.add(point);
        KnownValue.Seen seen =
                isCurrent(scope, value) && injection.layout.follow(value.seen().get().clamp())
                        ? value.seen().get()
                        : observe(scope, variable, observer);
        observeTensor(scope, point, variable, observer);
        HookedProgram.Reading reading =
                new HookedProgram.Reading(point.name(), seen.row(), seen.clamp());
        if (point.kind() == Kind.MODULE) {
            // The module's output is its last operator's: one name is enough.
            seen.operator()
                    .filter(operator -> isWithin(point.name(), operator.name()))
                    .ifPresent(operator -> forget(operator, point));
        }
        injection.readings.add(reading);
        Optional<HookedProgram.Reading> operator =
                point.kind() == Kind.OPERATOR ? Optional.of(reading) : Optional.empty();
        return value.observed(
                new KnownValue.Seen(
                        seen.row(),
                        seen.clamp(),
                        scope.block,
                        injection.epoch,
                        point.name(),
                        operator));
    }

    /** A module may also hand on what an operator outside of it gave. */
    private static boolean isWithin(String module, String operator) {
        String path = module.equals(HookPoint.ROOT) ? "" : module.replaceFirst("[@\\[].*", "");
        return operator.startsWith(path + "/");
    }

    private void forget(HookedProgram.Reading operator, HookPoint module) {
        injection.readings.remove(operator);
        injection.points.removeIf(p -> p.name().equals(operator.name()));
        if (injection.operands.remove(operator.name())) {
            injection.operands.add(module.name());
        }
    }

    /** Has tensor observers look at a point that they want. */
    private void observeTensor(Scope scope, HookPoint point, Expression variable, String observer) {
        for (TensorObserver wanting : injection.observers.tensors()) {
            if (injection.tensors.areFor(wanting, point.name())) {
                injection.hooks++;
                scope.out.add(
                        new Statement.ExprStmt(
                                scope.line,
                                Expression.call(
                                        Expression.dotted(
                                                injection.rowsArgument
                                                        + "."
                                                        + wanting.name()
                                                        + "_"
                                                        + observer),
                                        variable,
                                        new Expression.Name(injection.resultsArgument),
                                        Printer.string(point.name()))));
            }
        }
    }

    /** A product or an addition reads a value: itself, or what is in the list. */
    void operand(KnownValue value) {
        value.seen().ifPresent(seen -> injection.operands.add(seen.point()));
        value.elements().forEach(this::operand);
    }

    /** Whether a value's statistics still are those of what it holds now, here. */
    boolean isCurrent(Scope scope, KnownValue value) {
        return value.seen()
                .filter(s -> s.block() == scope.block && s.epoch() == injection.epoch)
                .isPresent();
    }

    private KnownValue.Seen observe(Scope scope, Expression variable, String observer) {
        int row = injection.rows++;
        injection.hooks++;
        scope.out.add(
                new Statement.ExprStmt(
                        scope.line,
                        Expression.call(
                                Expression.dotted(injection.rowsArgument + "." + observer),
                                variable,
                                new Expression.Literal(
                                        Integer.toString(row * injection.layout.width())))));
        return new KnownValue.Seen(
                row, Clamp.NONE, scope.block, injection.epoch, "", Optional.empty());
    }

    /** A NamedTuple is a tuple. */
    Type asTuple(Type type) {
        if (type instanceof Type.ClassType c) {
            Optional<ClassDef> named =
                    injection
                            .program
                            .classNamed(c.qualifiedName())
                            .map(TorchScriptProgram.Definition::definition)
                            .filter(d -> d.bases().contains(new Expression.Name("NamedTuple")));
            if (named.isPresent()) {
                return new Type.TupleType(
                        named.get().attributes().stream()
                                .map(a -> TypeReader.read(a.type()))
                                .toList());
            }
        }
        return type;
    }
}
