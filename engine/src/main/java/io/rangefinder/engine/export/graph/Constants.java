package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.LimitException;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import io.rangefinder.engine.onnx.ProductKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Constants as the graph holds them: what is known of a tensor becomes an initializer, or nodes
 * where it depends on the batch or is long, when a node first reads it.
 */
final class Constants {

    /** Of longer tensors the elements are not looked at. */
    private static final int MAX_ELEMENTS = 4096;

    /** Tensors of one value are written out up to this length. */
    private static final int MAX_FILLED = 1 << 20;

    /** Constants besides the source's own, in bytes. */
    private static final long MAX_BYTES = 128L << 20;

    /** Elements that are written out, which takes a second for some ten millions. */
    private static final long MAX_WRITTEN = 1L << 27;

    /** Constants that are computed one by one, which costs a session of ONNX Runtime each. */
    private static final int MAX_EVALUATIONS = 2_000;

    private final GraphBuilder graph;
    private final GraphTensors tensors;
    private final Lengths lengths;
    private final ConstantBudget budget = new ConstantBudget();
    private int evaluations;
    private long bytesMade;
    private long written;
    private final Map<Object, String> ids = new HashMap<>();

    Constants(GraphBuilder graph, GraphTensors tensors) {
        this.graph = graph;
        this.tensors = tensors;
        lengths = new Lengths(graph);
    }

    /** The name of a tensor; one that is not in the graph yet is put there. */
    String add(SymbolicTensor tensor) {
        Source source = tensor.source();
        if (source instanceof Source.Computed computed) {
            return computed.id();
        }
        if (source instanceof Source.Stored stored) {
            return ids.computeIfAbsent(
                    stored.view(),
                    key ->
                            tensors.add(
                                    new Initializer.Stored(
                                            stored.path(),
                                            tensor.type().inGraph(),
                                            stored.view())));
        }
        if (source instanceof Source.Elements elements) {
            boolean known =
                    elements.values().stream()
                            .allMatch(v -> v instanceof Value.Real || v.whole().isConstant());
            return known ? known(tensor, elements.values()) : lengths(tensor, elements.values());
        }
        return source instanceof Source.Range range
                ? range(tensor, range)
                : filled(tensor, ((Source.Filled) source).value());
    }

    /** The name of a transform's matrix. */
    String addTransform(ElementType type, List<Dim> shape, double[] values) {
        // Before the bytes are there, too.
        makeRoom((long) values.length * type.bytes());
        List<Long> lengths = shape.stream().map(Dim::value).toList();
        byte[] bytes = Elements.bytes(type, values);
        String id =
                ids.computeIfAbsent(
                        List.of(type, lengths, ByteBuffer.wrap(bytes)),
                        key ->
                                tensors.add(
                                        new Initializer.Known(
                                                graph.scope() + ".Matrix", type, lengths, bytes)));
        tensors.mark(id, ProductKind.TRANSFORM);
        return id;
    }

    private String range(SymbolicTensor tensor, Source.Range range) {
        Dim end = range.start().plus(tensor.dim(0).times(range.step()));
        List<SymbolicTensor> bounds = new ArrayList<>();
        for (Dim bound : List.of(range.start(), end, range.step())) {
            bounds.add(SymbolicTensor.scalar(ElementType.INT64, new Value.Int(bound)));
        }
        SymbolicTensor wide = graph.node("Range", ElementType.INT64, tensor.shape(), bounds);
        return add(tensor.type() == ElementType.INT64 ? wide : cast(wide, tensor.type()));
    }

    private SymbolicTensor cast(SymbolicTensor tensor, ElementType type) {
        return graph.node(
                "Cast",
                type,
                tensor.shape(),
                List.of(tensor),
                Attributes.of("to", (long) type.onnx()));
    }

    private String known(SymbolicTensor tensor, List<Scalar> values) {
        List<Long> shape = tensor.shape().stream().map(Dim::value).toList();
        ElementType type = tensor.type().inGraph();
        written += values.size();
        if (written > MAX_WRITTEN) {
            throw new LimitException("writes out more than " + MAX_WRITTEN + " elements");
        }
        byte[] bytes = Elements.bytes(type, values);
        return ids.computeIfAbsent(
                List.of(type, shape, ByteBuffer.wrap(bytes)),
                key -> {
                    makeRoom(bytes.length);
                    return tensors.add(
                            new Initializer.Known(graph.scope() + ".Constant", type, shape, bytes));
                });
    }

    private void makeRoom(long bytes) {
        bytesMade += bytes;
        if (bytesMade > MAX_BYTES) {
            throw new LimitException("makes constants of more than " + MAX_BYTES + " bytes");
        }
    }

    private String filled(SymbolicTensor tensor, Scalar value) {
        boolean constant = tensor.shape().stream().allMatch(Dim::isConstant);
        SymbolicTensor one = SymbolicTensor.scalar(tensor.type(), value);
        if (constant && tensor.count().value() <= MAX_FILLED) {
            List<Scalar> values =
                    Collections.nCopies(Math.toIntExact(tensor.count().value()), value);
            return known(tensor, values);
        }
        return add(
                graph.node(
                        "Expand",
                        tensor.type(),
                        tensor.shape(),
                        List.of(one, graph.dims(tensor.shape()))));
    }

    /** Lengths that are open are computed from the shapes of inputs. */
    private String lengths(SymbolicTensor tensor, List<Scalar> values) {
        List<SymbolicTensor> parts = new ArrayList<>();
        for (Scalar value : values) {
            if (value instanceof Value.Real real && real.real() != Math.rint(real.real())) {
                throw new BatchDependentException(
                        "puts fractions beside lengths that vary",
                        values.stream().map(Scalar::whole).toArray(Dim[]::new));
            }
            parts.add(
                    value.whole().isConstant()
                            ? graph.longs(value.whole().value())
                            : lengths.of(value.whole()));
        }
        List<Dim> vector = List.of(Dim.of(parts.size()));
        SymbolicTensor all =
                parts.size() == 1
                        ? parts.get(0)
                        : graph.node(
                                "Concat",
                                ElementType.INT64,
                                vector,
                                parts,
                                Attributes.of("axis", 0L));
        SymbolicTensor shaped =
                tensor.shape().equals(vector)
                        ? all
                        : graph.node(
                                "Reshape",
                                ElementType.INT64,
                                tensor.shape(),
                                List.of(all, graph.dims(tensor.shape())));
        return add(tensor.type() == ElementType.INT64 ? shaped : cast(shaped, tensor.type()));
    }

    /** The elements of a constant, if they are few. */
    Optional<List<Scalar>> elements(SymbolicTensor tensor) {
        if (tensor.source() instanceof Source.Elements elements) {
            return Optional.of(elements.values());
        }
        boolean few =
                tensor.isConstant()
                        && tensor.shape().stream().allMatch(Dim::isConstant)
                        && tensor.count().value() <= MAX_ELEMENTS;
        if (!few) {
            return Optional.empty();
        }
        int count = Math.toIntExact(tensor.count().value());
        if (tensor.source() instanceof Source.Filled filled) {
            return Optional.of(Collections.nCopies(count, filled.value()));
        }
        try {
            if (tensor.source() instanceof Source.Stored stored) {
                return Optional.of(tensors.storages().elements(stored.view(), stored.path()));
            }
            if (++evaluations > MAX_EVALUATIONS) {
                throw new LimitException(
                        "asks for the values of more than " + MAX_EVALUATIONS + " constants");
            }
            String id = add(tensor);
            Initializer value = graph.evaluator(budget).evaluate(List.of(id)).get(id);
            if (value == null) {
                throw new ConstantException("it takes too much memory or work to compute");
            }
            return Optional.of(
                    Elements.read(tensor.type().inGraph(), value.read(tensors.storages())));
        } catch (IOException | MalformedModelException e) {
            throw new ConstantException(e);
        }
    }
}
