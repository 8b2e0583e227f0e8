package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Pooling to a given size. Element i of n comes from the indices from {@code floor(i * length / n)}
 * to before {@code ceil((i + 1) * length / n)} ({@code aten/src/ATen/native/AdaptivePooling.h}).
 * Stateless.
 */
final class AdaptivePooling {

    /** Each region takes nodes of its own. */
    private static final int MAX_REGIONS = 4096;

    private AdaptivePooling() {}

    static SymbolicTensor average(OperatorCall call, int axes) {
        List<Long> size = call.longs("output_size", axes);
        return Images.batched(
                call.primitives(),
                call.tensor("self"),
                axes,
                x -> new Kind(call, "Average", "ReduceMean").pool(x, size));
    }

    /** The greatest elements and where they are. */
    static Value max(OperatorCall call, int axes) {
        List<Long> size = call.longs("output_size", axes);
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        return OperatorCall.results(
                Images.batched(
                        to, x, axes, image -> new Kind(call, "Max", "ReduceMax").pool(image, size)),
                Images.batched(to, x, axes, image -> indices(call, image, size)));
    }

    private static long start(long i, long length, long size) {
        return i * length / size;
    }

    private static long end(long i, long length, long size) {
        return -Math.floorDiv(-(i + 1) * length, size);
    }

    /** Of every axis the length, divided by the size; 1 if it can't be divided. */
    private static Window window(SymbolicTensor x, List<Long> size) {
        List<Dim> lengths = Images.lengths(x, size.size());
        List<Long> kernel = new ArrayList<>();
        for (int i = 0; i < size.size(); i++) {
            long length = lengths.get(i).value();
            kernel.add(length % size.get(i) == 0 ? length / size.get(i) : 1);
        }
        List<Long> none = kernel.stream().map(k -> 0L).toList();
        List<Long> ones = kernel.stream().map(k -> 1L).toList();
        return new Window(kernel, kernel, none, none, ones);
    }

    private record Kind(OperatorCall call, String pool, String reduce) {

        SymbolicTensor pool(SymbolicTensor x, List<Long> size) {
            if (size.stream().allMatch(s -> s == 1)) {
                List<Dim> ones = size.stream().map(Dim::of).toList();
                return call.graph()
                        .node(
                                "Global" + pool + "Pool",
                                x.type(),
                                Images.resized(x, ones),
                                List.of(x));
            }
            Window window = window(x, size);
            SymbolicTensor result = x;
            if (window.kernel().stream().anyMatch(k -> k > 1)) {
                result =
                        pool.equals("Max")
                                ? Pooling.max(call, x, window)
                                : Pooling.average(call, x, window, false);
            }
            for (int i = 0; i < size.size(); i++) {
                result = pool(result, x.rank() - size.size() + i, size.get(i));
            }
            return result;
        }

        /** One axis, region by region, if it does not have the size yet. */
        private SymbolicTensor pool(SymbolicTensor x, int axis, long size) {
            long length = x.dim(axis).value();
            if (length == size) {
                return x;
            }
            if (size > MAX_REGIONS) {
                throw call.unsupported("makes more than " + MAX_REGIONS + " of " + length);
            }
            Primitives to = call.primitives();
            List<SymbolicTensor> parts = new ArrayList<>();
            for (long i = 0; i < size; i++) {
                Dim start = Dim.of(start(i, length, size));
                Dim end = Dim.of(end(i, length, size));
                SymbolicTensor region = to.slice(x, axis, start, end, 1);
                parts.add(to.reduce(reduce, region, List.of(axis), true));
            }
            return to.concat(parts, axis);
        }
    }

    private static SymbolicTensor indices(OperatorCall call, SymbolicTensor x, List<Long> size) {
        Window window = window(x, size);
        List<Dim> shape = Images.resized(x, size.stream().map(Dim::of).toList());
        if (window.places(Images.lengths(x, size.size()))
                .equals(size.stream().map(Dim::of).toList())) {
            return Pooling.indices(call, x, window);
        }
        long elements = 1;
        for (Dim length : Images.lengths(x, size.size())) {
            elements = Math.multiplyExact(elements, length.value());
        }
        call.checkLength(elements);
        long regions = size.stream().reduce(1L, Math::multiplyExact);
        if (regions > MAX_REGIONS) {
            throw call.unsupported("makes more than " + MAX_REGIONS + " regions: " + regions);
        }
        List<SymbolicTensor> indices = new ArrayList<>();
        addIndices(call, x, size, List.of(0L), indices);
        return call.primitives().reshape(call.primitives().concat(indices, 2), shape);
    }

    /**
     * Adds the index of each region's greatest element.
     *
     * @param x a part of the image, of the image's rank
     * @param size into how many regions the axes that are left are to be divided
     * @param places where in the image the part's elements are, along the axes before those
     */
    private static void addIndices(
            OperatorCall call,
            SymbolicTensor x,
            List<Long> size,
            List<Long> places,
            List<SymbolicTensor> indices) {
        Primitives to = call.primitives();
        if (size.isEmpty()) {
            List<Dim> flat = List.of(x.dim(0), x.dim(1), Dim.of(places.size()));
            List<Dim> one = List.of(x.dim(0), x.dim(1), Dim.ONE);
            SymbolicTensor which =
                    call.graph()
                            .node(
                                    "ArgMax",
                                    ElementType.INT64,
                                    one,
                                    List.of(to.reshape(x, flat)),
                                    Attributes.of("axis", 2L));
            indices.add(
                    call.graph()
                            .node(
                                    "Gather",
                                    ElementType.INT64,
                                    one,
                                    List.of(call.graph().longs(places), which)));
            return;
        }
        int axis = x.rank() - size.size();
        long length = x.dim(axis).value();
        for (long i = 0; i < size.get(0); i++) {
            long start = start(i, length, size.get(0));
            long end = end(i, length, size.get(0));
            List<Long> inside = new ArrayList<>();
            for (long place : places) {
                for (long j = start; j < end; j++) {
                    inside.add(place * length + j);
                }
            }
            SymbolicTensor region = to.slice(x, axis, Dim.of(start), Dim.of(end), 1);
            addIndices(call, region, size.subList(1, size.size()), inside, indices);
        }
    }
}
