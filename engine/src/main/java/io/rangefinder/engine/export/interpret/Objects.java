package io.rangefinder.engine.export.interpret;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.ModulePaths;
import io.rangefinder.capture.archive.ScriptObject;
import io.rangefinder.capture.archive.StoredTensor;
import io.rangefinder.capture.hooks.MarkedProgram;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.engine.export.graph.StorageReader;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.WeightView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the archive holds, as values: modules, weights, constants. What the archive holds once is
 * made once, however often it is referred to.
 */
final class Objects {

    /** Of containers in containers; no model has any near it. */
    private static final int MAX_DEPTH = 200;

    /** Of the names of what is in containers, which messages and weights have. */
    private static final int MAX_PATH = 1_000;

    private final MarkedProgram program;
    private final ArchiveWeights weights;
    private final StorageReader storages;
    private final ModulePaths paths;
    private final Map<ScriptObject, Value.Instance> instances = new IdentityHashMap<>();
    private final Map<Value.Tensor, Source.Stored> tensors = new IdentityHashMap<>();
    private final Map<Integer, Value> constants = new LinkedHashMap<>();
    private final Map<Object, Value> containers = new IdentityHashMap<>();
    private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> inTrainingMode = new LinkedHashSet<>();

    Objects(MarkedProgram program, ArchiveWeights weights, StorageReader storages) {
        this.program = program;
        this.weights = weights;
        this.storages = storages;
        paths = new ModulePaths(program.program().root());
    }

    /** The parameters and buffers that the program wrote to, by their paths and in their order. */
    Map<String, WeightView> changed() {
        Map<String, WeightView> changed = new TreeMap<>();
        tensors.forEach(
                (tensor, source) -> {
                    if (!tensor.get().source().equals(source)) {
                        changed.put(source.path(), source.view());
                    }
                });
        return changed;
    }

    /** The modules that were asked whether they are in training mode, and were saved in it. */
    Set<String> inTrainingMode() {
        return Collections.unmodifiableSet(inTrainingMode);
    }

    Value.Instance root() {
        return instance(program.program().root());
    }

    private Value.Instance instance(ScriptObject object) {
        return instances.computeIfAbsent(
                object, o -> new Value.Instance(o.className(), paths.of(o), Optional.of(o)));
    }

    /** An attribute of a module or of an object, if it has it. */
    Optional<Value> attribute(Value.Instance owner, String name) throws MalformedModelException {
        Optional<ClassDef> definition = program.classNamed(owner.className());
        boolean module =
                definition
                        .filter(d -> d.bases().contains(new Expression.Name("Module")))
                        .isPresent();
        if (module && name.equals("training")) {
            // A model is exported for inference, as DJL runs it.
            owner.stored()
                    .filter(o -> Boolean.TRUE.equals(o.attributes().get(name)))
                    .ifPresent(o -> inTrainingMode.add(owner.path()));
            return Optional.of(new Value.Bool(false));
        }
        Value known = owner.attributes().get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<ScriptObject> stored = owner.stored();
        if (stored.isEmpty() || !stored.get().attributes().containsKey(name)) {
            return Optional.empty();
        }
        String path = owner.path().isEmpty() ? name : owner.path() + "." + name;
        Value value = value(stored.get().attributes().get(name), path);
        owner.attributes().put(name, value);
        return Optional.of(value);
    }

    /** {@code CONSTANTS.c0}. */
    Value constant(int index) throws MalformedModelException {
        Value known = constants.get(index);
        if (known == null) {
            List<Object> all = program.program().constants();
            if (index < 0 || index >= all.size()) {
                throw new MalformedModelException(
                        weights.name() + " has no constant c" + index + "; save the model again");
            }
            String path = "CONSTANTS.c" + index;
            known =
                    all.get(index) instanceof StoredTensor tensor && tensor.shape().isEmpty()
                            ? number(tensor, path)
                            : value(all.get(index), path);
            constants.put(index, known);
        }
        return known;
    }

    /**
     * A traced model computes shapes with such tensors, so that their values must be known. Those
     * of the widest types are Python's numbers, which tracing has put into tensors.
     */
    private Value number(StoredTensor stored, String path) throws MalformedModelException {
        try {
            WeightView view = weights.view(stored, path);
            ElementType type = storages.check(view, path);
            SymbolicTensor tensor =
                    SymbolicTensor.of(type, List.of(), storages.elements(view, path));
            boolean widest =
                    type == ElementType.FLOAT64
                            || type == ElementType.INT64
                            || type == ElementType.COMPLEX128;
            return widest ? Value.Tensor.ofNumber(tensor) : new Value.Tensor(tensor);
        } catch (IOException e) {
            throw new MalformedModelException(
                    weights.name() + " can't be read: " + e.getMessage(), e);
        }
    }

    private Value value(Object object, String path) throws MalformedModelException {
        if (object == null) {
            return Value.None.NONE;
        }
        if (object instanceof ScriptObject script) {
            Optional<ClassDef> definition = program.classNamed(script.className());
            boolean isEnum =
                    definition
                            .filter(d -> d.bases().contains(new Expression.Name("Enum")))
                            .isPresent();
            if (isEnum && script.attribute("__arguments__").orElse(null) instanceof List<?> of) {
                // A member of an enum is as good as its value, which the code names it by.
                return value(of.get(0), path);
            }
            return definition.isPresent() ? instance(script) : Value.Opaque.OPAQUE;
        }
        if (object instanceof StoredTensor tensor) {
            List<Dim> shape = tensor.shape().stream().map(Dim::of).toList();
            WeightView view = weights.view(tensor, path);
            ElementType type = storages.check(view, path);
            Source.Stored source = new Source.Stored(storages.parts(view, path), path);
            Value.Tensor held = new Value.Tensor(new SymbolicTensor(type, shape, source));
            tensors.put(held, source);
            return held;
        }
        if (object instanceof Boolean truth) {
            return new Value.Bool(truth);
        }
        if (object instanceof Double || object instanceof Float) {
            return new Value.Real(((Number) object).doubleValue());
        }
        if (object instanceof Number number) {
            return Value.Int.of(number.longValue());
        }
        if (object instanceof String text) {
            return new Value.Text(text);
        }
        boolean container =
                object instanceof List<?>
                        || object instanceof Object[]
                        || object instanceof Map<?, ?>;
        return container ? container(object, path) : Value.Opaque.OPAQUE;
    }

    /** A container that several share stays one, so that all see what is written to it. */
    private Value container(Object object, String path) throws MalformedModelException {
        Value known = containers.get(object);
        if (known != null) {
            return known;
        }
        if (!open.add(object)) {
            throw bad(path, "holds itself");
        }
        if (open.size() > MAX_DEPTH) {
            throw bad(path, "holds lists in lists, more than " + MAX_DEPTH + " deep");
        }
        Value made;
        if (object instanceof List<?> list) {
            made = new Value.ListOf(values(list, path));
        } else if (object instanceof Object[] tuple) {
            made = Value.Tuple.of(values(Arrays.asList(tuple), path));
        } else {
            made = dict((Map<?, ?>) object, path);
        }
        open.remove(object);
        containers.put(object, made);
        return made;
    }

    private Value dict(Map<?, ?> map, String path) throws MalformedModelException {
        Map<Value, Value> entries = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getKey() instanceof Object[]) {
                throw bad(path, "is a dict with a tuple for a key, which TorchScript has not");
            }
            entries.put(
                    value(entry.getKey(), path),
                    value(entry.getValue(), inside(path, entry.getKey())));
        }
        return new Value.Dict(entries);
    }

    private static String inside(String path, Object key) {
        String longer = path + "." + key;
        return longer.length() > MAX_PATH ? path : longer;
    }

    private InvalidArchiveException bad(String path, String problem) {
        return new InvalidArchiveException(
                weights.name() + ": " + path + " " + problem + "; do not trust this file");
    }

    private List<Value> values(List<?> objects, String path) throws MalformedModelException {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            values.add(value(objects.get(i), inside(path, i)));
        }
        return values;
    }
}
