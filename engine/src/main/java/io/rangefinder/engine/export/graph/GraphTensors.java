package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.onnx.ProductKind;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tensors of a graph by their names while it is made; constants are among them. */
final class GraphTensors {

    private final StorageReader storages;
    private final Map<String, Info> infos = new HashMap<>();
    private final Map<String, Initializer> initializers = new LinkedHashMap<>();
    private final Map<String, ProductKind> kinds = new HashMap<>();

    /**
     * What is known of a tensor.
     *
     * @param constant whether it follows from constants alone
     */
    record Info(ElementType type, List<Dim> shape, boolean constant) {

        /** How many elements it has; infinite if that depends on the batch. */
        double elements() {
            return shape.stream()
                    .mapToDouble(d -> d.isConstant() ? d.value() : Double.POSITIVE_INFINITY)
                    .reduce(1, (a, b) -> a * b);
        }

        double bytes() {
            return elements() * type.bytes();
        }
    }

    GraphTensors(StorageReader storages) {
        this.storages = storages;
    }

    /** Reads the source's weights. */
    StorageReader storages() {
        return storages;
    }

    /** Adds a tensor that a node makes or that is an input. */
    String add(ElementType type, List<Dim> shape, boolean constant) {
        String id = "%" + infos.size();
        infos.put(id, new Info(type.inGraph(), shape, constant));
        return id;
    }

    /** Says that a tensor is of another type than it was added with. */
    void retype(String id, ElementType type) {
        infos.computeIfPresent(id, (i, info) -> new Info(type, info.shape(), info.constant()));
    }

    /** Adds a constant. */
    String add(Initializer initializer) {
        List<Dim> shape = initializer.shape().stream().map(Dim::of).toList();
        String id = add(initializer.type(), shape, true);
        initializers.put(id, initializer);
        return id;
    }

    /** Says what a product with a constant is, and with what follows from that. */
    void mark(String id, ProductKind kind) {
        kinds.put(id, kind);
    }

    /** What a product with some of these tensors is, if that was said. */
    Optional<ProductKind> kind(Collection<String> ids) {
        return ids.stream().filter(kinds::containsKey).findFirst().map(kinds::get);
    }

    /** The constants that are no matrices of transforms. */
    Set<String> weights() {
        Set<String> weights = new HashSet<>(initializers.keySet());
        weights.removeIf(id -> kinds.get(id) == ProductKind.TRANSFORM);
        return weights;
    }

    Info info(String id) {
        return infos.get(id);
    }

    boolean isConstant(String id) {
        return infos.get(id).constant();
    }

    /** The constants that are there already, open for changes. */
    Map<String, Initializer> initializers() {
        return initializers;
    }

    /** The bytes of a constant that is there already. */
    byte[] read(String id) throws IOException, MalformedModelException {
        return initializers.get(id).read(storages);
    }
}
