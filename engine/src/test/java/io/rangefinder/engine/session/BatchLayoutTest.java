package io.rangefinder.engine.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.tensorrt.session.StandInPlans;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchLayoutTest {

    private static TensorDescription of(String name, long... shape) {
        return StandInPlans.floats(name, shape);
    }

    @Test
    void shapesSuggestWhatCarriesTheBatch() {
        BatchLayout layout =
                BatchLayout.infer(
                        List.of(of("threshold"), of("x", 8, 3), of("anchors", 5, 4)),
                        List.of(of("y", 8), of("sum")));
        assertEquals(new BatchLayout(8, Set.of("x", "y")), layout);
        assertEquals(
                new BatchLayout(1, Set.of()),
                BatchLayout.infer(List.of(of("t")), List.of(of("y", 8))));
    }

    @Test
    void aFreeAxisTellsForCertain() {
        // By their fixed shapes alone, (4, 4) and (4, 10) would both seem to carry a batch of 4.
        BatchLayout layout =
                BatchLayout.of(
                        List.of(of("x", -1, 3), of("matrix", 4, 4)), List.of(of("y", -1, 10)), 4);
        assertEquals(new BatchLayout(4, Set.of("x", "y")), layout);
    }

    @Test
    void aLayoutThatDoesNotFitIsRefused() {
        List<TensorDescription> in = List.of(of("x", 4, 3));
        List<TensorDescription> out = List.of(of("y", 4));
        new BatchLayout(4, Set.of("x", "y")).requireFits(in, out);
        refused(new BatchLayout(4, Set.of("x", "z")), in, out, "[z]");
        refused(new BatchLayout(2, Set.of("x")), in, out, "tensor x");
        refused(new BatchLayout(4, Set.of("y")), in, out, "no input");
        refused(new BatchLayout(4, Set.of("x")), in, List.of(of("y", -1)), "static");
        assertThrows(IllegalArgumentException.class, () -> new BatchLayout(0, Set.of()));
    }

    private static void refused(
            BatchLayout layout,
            List<TensorDescription> in,
            List<TensorDescription> out,
            String part) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> layout.requireFits(in, out));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void sizesThatNoBufferHoldsAreRefused() {
        assertEquals(48, of("x", 4, 3).byteSize());
        assertEquals(4, of("x").byteSize());
        assertEquals(0, of("x", 0, 3).byteSize());
        assertThrows(IllegalStateException.class, () -> of("x", -1).byteSize());
        assertThrows(IllegalStateException.class, () -> of("x", 1 << 20, 1 << 9).byteSize());
        assertThrows(IllegalStateException.class, () -> of("x", 1L << 62, 4).byteSize());
    }
}
