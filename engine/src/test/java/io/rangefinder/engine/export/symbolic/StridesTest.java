package io.rangefinder.engine.export.symbolic;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where {@code view} works in PyTorch, and where {@code reshape} copies. */
class StridesTest {

    private static final List<Dim> BATCHED = List.of(Dim.BATCH, Dim.of(4), Dim.of(6));

    private static Dim dim(long batches, long constant) {
        return Dim.BATCH.times(Dim.of(batches)).plus(Dim.of(constant));
    }

    private static List<Dim> shape(long... lengths) {
        return LongStream.of(lengths).mapToObj(Dim::of).toList();
    }

    private static List<Dim> batched(long... lengths) {
        return Stream.concat(Stream.of(Dim.BATCH), shape(lengths).stream()).toList();
    }

    @Test
    void whatLiesInOrderTakesEveryShape() {
        Strides strides = Strides.contiguous(BATCHED);
        assertTrue(strides.areContiguous(BATCHED));
        for (List<Dim> to : List.of(batched(24), batched(2, 2, 3, 2), batched(1, 24, 1))) {
            Strides made = strides.reshaped(BATCHED, to).orElseThrow();
            assertTrue(made.areContiguous(to), to.toString());
        }
        List<Dim> flat = List.of(dim(24, 0));
        assertTrue(strides.reshaped(BATCHED, flat).orElseThrow().areContiguous(flat));
    }

    @Test
    void transposedAxesAreNotMerged() {
        // Strides (24, 1, 6) of shape (N, 6, 4).
        Strides turned = Strides.contiguous(BATCHED).permuted(List.of(0, 2, 1));
        List<Dim> from = batched(6, 4);
        assertFalse(turned.areContiguous(from));
        assertTrue(turned.reshaped(from, batched(24)).isEmpty());
        assertTrue(turned.reshaped(from, List.of(dim(6, 0), Dim.of(4))).isEmpty());
    }

    @Test
    void transposedAxesAreSplit() {
        Strides turned = Strides.contiguous(BATCHED).permuted(List.of(0, 2, 1));
        List<Dim> from = batched(6, 4);
        List<Dim> to = batched(2, 3, 2, 2);
        Strides split = turned.reshaped(from, to).orElseThrow();
        // (24, 3, 1, 12, 6): in the order of memory they are contiguous.
        List<Integer> back = List.of(0, 3, 4, 1, 2);
        assertTrue(split.permuted(back).areContiguous(batched(2, 2, 2, 3)));
    }

    @Test
    void aSliceKeepsItsAxisApart() {
        // x[:, :, 0:3] of (N, 4, 6) has the strides (24, 6, 1) of shape (N, 4, 3).
        Strides strides = Strides.contiguous(BATCHED);
        List<Dim> from = batched(4, 3);
        assertFalse(strides.areContiguous(from));
        assertTrue(strides.reshaped(from, batched(12)).isEmpty());
        // N and 4 lie in a row: (4N, 3) is a view.
        assertTrue(strides.reshaped(from, List.of(dim(4, 0), Dim.of(3))).isPresent());
    }

    @Test
    void everySecondElementIsStillARow() {
        Strides strides = Strides.contiguous(shape(12)).stepped(0, 2);
        assertFalse(strides.areContiguous(shape(6)));
        Strides made = strides.reshaped(shape(6), shape(2, 3)).orElseThrow();
        assertFalse(made.areContiguous(shape(2, 3)));
        assertTrue(made.reshaped(shape(2, 3), shape(6)).isPresent());
    }

    @Test
    void whatIsExpandedIsNotMergedWithOthers() {
        // expand(3, 4) of (1, 4) has the strides (0, 1).
        Strides expanded = Strides.contiguous(shape(1, 4)).stepped(0, 0);
        assertTrue(expanded.reshaped(shape(3, 4), shape(12)).isEmpty());
        assertTrue(expanded.reshaped(shape(3, 4), shape(3, 2, 2)).isPresent());
    }

    @Test
    void axesOfLengthOneComeAndGo() {
        Strides strides = Strides.contiguous(BATCHED);
        for (int axis = 0; axis <= 3; axis++) {
            Strides more = strides.with(axis);
            List<Dim> shape = new ArrayList<>(BATCHED);
            shape.add(axis, Dim.ONE);
            assertTrue(more.areContiguous(shape), "axis " + axis);
            assertTrue(more.without(axis).areContiguous(BATCHED), "axis " + axis);
        }
    }

    @Test
    void aTensorWithoutAxesTakesAnyShapeOfOnes() {
        Strides strides = Strides.contiguous(List.of());
        assertTrue(strides.areContiguous(List.of()));
        assertTrue(strides.reshaped(List.of(), shape(1, 1)).isPresent());
    }
}
