package io.rangefinder.inspector.ranges;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The loops of a network: what they carry from trip to trip, and how many trips they make. */
final class Loops {

    private final NetworkDescription network;

    Loops(NetworkDescription network) {
        this.network = network;
    }

    /** The recurrences of each loop. */
    Map<String, List<NetworkLayer>> recurrences() {
        Map<String, List<NetworkLayer>> found = new LinkedHashMap<>();
        boundaries("RECURRENCE")
                .filter(l -> l.inputs().size() == 2)
                .forEach(
                        l ->
                                found.merge(
                                        l.loop(),
                                        List.of(l),
                                        (a, b) -> Stream.concat(a.stream(), b.stream()).toList()));
        return found;
    }

    /**
     * At most how many trips a loop makes: no more than a constant limit says, and than any tensor
     * has slices that the loop takes one of a trip. Empty if neither is known.
     *
     * <p>An iterator gathers the slice of the trip's number, as <a
     * href="https://docs.nvidia.com/deeplearning/tensorrt/archives/tensorrt-861/api/c_api/classnvinfer1_1_1_i_loop.html">TensorRT
     * says</a>, so there is one for each trip.
     *
     * @param constant the magnitudes of a tensor's values, null if they are not fixed
     */
    OptionalLong trips(String loop, Function<String, ConstantMagnitudes> constant) {
        LongStream limits =
                boundaries("TRIP_LIMIT")
                        .filter(l -> l.loop().equals(loop) && l.operation().equals("COUNT"))
                        .map(l -> constant.apply(l.inputs().get(0)))
                        .filter(bounds -> bounds != null)
                        .mapToLong(bounds -> (long) bounds.greatest());
        LongStream slices =
                boundaries("ITERATOR")
                        .filter(l -> l.loop().equals(loop))
                        .flatMapToLong(l -> slices(l).stream());
        return LongStream.concat(limits, slices).min();
    }

    private OptionalLong slices(NetworkLayer iterator) {
        NetworkTensor from = network.tensors().get(iterator.inputs().get(0));
        NetworkTensor slice = network.tensors().get(iterator.outputs().get(0));
        return from == null || slice == null ? OptionalLong.empty() : ShapeRatio.of(from, slice);
    }

    private Stream<NetworkLayer> boundaries(String type) {
        return network.layers().stream().filter(l -> l.type().equals(type));
    }
}
