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
    void aLayoutThatDoesNotFitIsRefused() {
        List<TensorDescription> in = List.of(of("x", 4, 3));
        List<TensorDescription> out = List.of(of("y", 4));
        BatchLayout.firstAxes(4, Set.of("x", "y")).requireFits(in, out);
        refused(BatchLayout.firstAxes(4, Set.of("x", "z")), in, out, "[z]");
        refused(BatchLayout.firstAxes(2, Set.of("x")), in, out, "tensor x");
        refused(BatchLayout.firstAxes(4, Set.of("y")), in, out, "no input");
        refused(BatchLayout.firstAxes(4, Set.of("x")), in, List.of(of("y", -1)), "static");
        assertThrows(IllegalArgumentException.class, () -> BatchLayout.firstAxes(0, Set.of()));
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
