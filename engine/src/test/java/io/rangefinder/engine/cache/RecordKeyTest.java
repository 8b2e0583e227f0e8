package io.rangefinder.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordKeyTest {

    private enum Color {
        RED,
        BLUE
    }

    private record Inner(double number, Color color) {}

    private record Outer(
            String text,
            Optional<Inner> inner,
            List<String> list,
            Set<String> set,
            Map<String, Path> map,
            OptionalInt count) {}

    private record Odd(Object anything) {}

    private static final Outer OUTER =
            new Outer(
                    "a",
                    Optional.of(new Inner(0.5, Color.RED)),
                    List.of("x", "y"),
                    Set.of("p", "q"),
                    Map.of("k", Path.of("f")),
                    OptionalInt.of(3));

    private static String key(Record value) {
        return new ContentKey().add(value).hex();
    }

    @Test
    void everyComponentCounts() {
        List<Outer> others =
                List.of(
                        new Outer(
                                "b",
                                OUTER.inner(),
                                OUTER.list(),
                                OUTER.set(),
                                OUTER.map(),
                                OUTER.count()),
                        with(Optional.of(new Inner(0.25, Color.RED))),
                        with(Optional.of(new Inner(0.5, Color.BLUE))),
                        with(Optional.empty()),
                        new Outer(
                                "a",
                                OUTER.inner(),
                                List.of("y", "x"),
                                OUTER.set(),
                                OUTER.map(),
                                OUTER.count()),
                        new Outer(
                                "a",
                                OUTER.inner(),
                                List.of("x,y"),
                                OUTER.set(),
                                OUTER.map(),
                                OUTER.count()),
                        new Outer(
                                "a",
                                OUTER.inner(),
                                List.of("x\",\"y"),
                                OUTER.set(),
                                OUTER.map(),
                                OUTER.count()),
                        new Outer(
                                "a",
                                OUTER.inner(),
                                OUTER.list(),
                                Set.of("p"),
                                OUTER.map(),
                                OUTER.count()),
                        new Outer(
                                "a",
                                OUTER.inner(),
                                OUTER.list(),
                                OUTER.set(),
                                Map.of(),
                                OUTER.count()),
                        new Outer(
                                "a",
                                OUTER.inner(),
                                OUTER.list(),
                                OUTER.set(),
                                OUTER.map(),
                                OptionalInt.empty()));
        for (Outer other : others) {
            assertNotEquals(key(OUTER), key(other), other::toString);
        }
    }

    private static Outer with(Optional<Inner> inner) {
        return new Outer("a", inner, OUTER.list(), OUTER.set(), OUTER.map(), OUTER.count());
    }

    @Test
    void orderOfSetsAndMapsDoesNotCount() {
        Set<String> set = new LinkedHashSet<>(List.of("q", "p"));
        Map<String, Path> map = new LinkedHashMap<>(OUTER.map());
        assertEquals(
                key(OUTER),
                key(new Outer("a", OUTER.inner(), OUTER.list(), set, map, OUTER.count())));
    }

    /** Such as one whose text is its address: it would be another in each process. */
    @Test
    void whatHasNoTextIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> key(new Odd(new Object())));
        assertThrows(IllegalArgumentException.class, () -> key(new Odd(new int[1])));
    }
}
