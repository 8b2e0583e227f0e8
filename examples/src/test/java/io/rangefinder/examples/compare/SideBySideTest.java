package io.rangefinder.examples.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Figures that are worked out by hand, of models that give what they are told. */
class SideBySideTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** A model that gives these numbers whatever it is given. */
    private Forward gives(Shape shape, float... values) {
        return new Forward() {
            @Override
            public NDList run(NDList inputs) {
                return new NDList(manager.create(values, shape));
            }

            @Override
            public void close() {}
        };
    }

    private List<String> lines(Forward expected, Forward actual, Optional<NDArray> mask)
            throws TranslateException {
        SideBySide comparison = new SideBySide(expected, Map.of("stub", actual));
        comparison.add(new NDList(manager.ones(new Shape(2, 2))), 2, Optional.empty(), mask);
        StringWriter out = new StringWriter();
        comparison.print(new PrintWriter(out));
        return out.toString().lines().filter(l -> !l.contains("ms/input")).toList();
    }

    @Test
    void positionsThatTheMaskLeavesOutDoNotCount() throws Exception {
        Shape shape = new Shape(2, 2, 2);
        Forward expected = gives(shape, 3, 4, 100, 100, 6, 8, 10, 0);
        Forward actual = gives(shape, 3, 3, 0, 0, 6, 8, 10, 0);
        Optional<NDArray> mask =
                Optional.of(manager.create(new long[] {1, 0, 1, 1}, new Shape(2, 2)));
        // 10 log10((9 + 16 + 36 + 64 + 100) / 1)
        assertEquals(List.of("backend stub", "sqnr-db 23.52"), lines(expected, actual, mask));
        // 10 log10((225 + 20000) / 20001)
        assertEquals(
                List.of("backend stub", "sqnr-db 0.05"), lines(expected, actual, Optional.empty()));
    }

    @Test
    void anOutputWithTimeFirstIsMaskedInThatOrder() throws Exception {
        // Two steps of three samples; the second step of the last sample is padding.
        Forward expected = gives(new Shape(2, 3), 1, 2, 3, 4, 5, 50);
        Forward actual = gives(new Shape(2, 3), 1, 2, 3, 4, 4, 0);
        Optional<NDArray> mask =
                Optional.of(manager.create(new long[] {1, 1, 1, 1, 1, 0}, new Shape(3, 2)));
        // 10 log10((1 + 4 + 9 + 16 + 25) / 1)
        assertEquals(List.of("backend stub", "sqnr-db 17.40"), lines(expected, actual, mask));
    }

    @Test
    void noNumberInBothIsNoDifference() throws Exception {
        Shape shape = new Shape(2, 2);
        Forward expected = gives(shape, Float.NaN, 3, Float.NEGATIVE_INFINITY, 4);
        Forward actual = gives(shape, Float.NaN, 3, Float.NEGATIVE_INFINITY, 3);
        // 10 log10((9 + 16) / 1)
        assertEquals(
                List.of("backend stub", "sqnr-db 13.98"),
                lines(expected, actual, Optional.empty()));
    }

    @Test
    void noNumberInInt8AloneIsTheWorstThereIs() throws Exception {
        Shape shape = new Shape(2, 2);
        Forward expected = gives(shape, 1, 2, 3, 4);
        Forward actual = gives(shape, 1, 2, 3, Float.NaN);
        assertEquals(
                List.of("backend stub", "sqnr-db -Infinity"),
                lines(expected, actual, Optional.empty()));
    }

    @Test
    void nowhereANumberIsNoFigure() throws Exception {
        Shape shape = new Shape(1, 2);
        Forward nan = gives(shape, Float.NaN, Float.NaN);
        SideBySide comparison = new SideBySide(nan, Map.of("stub", nan));
        comparison.add(new NDList(manager.ones(shape)), Optional.empty());
        assertTrue(comparison.holdsNoFigure());
    }
}
