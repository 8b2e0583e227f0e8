package io.rangefinder.capture.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rangefinder.capture.observers.Clamp;
import io.rangefinder.capture.types.Type;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is known where two ways through the code meet. */
class KnownValueTest {

    private static final KnownValue.Seen PLACE =
            new KnownValue.Seen(3, Clamp.NONE, 0, 0, "a", Optional.empty());
    private static final KnownValue TRUE = KnownValue.truth(true);
    private static final KnownValue TENSOR = KnownValue.of(Type.Basic.TENSOR);

    @Test
    void whatBothWaysAgreeOnIsKnown() {
        assertEquals(TENSOR.observed(PLACE), TENSOR.observed(PLACE).join(TENSOR.observed(PLACE)));
        assertEquals(Optional.of(true), TRUE.join(TRUE.withType(Type.Basic.ANY)).truth());
        assertEquals(
                Optional.of("f"),
                KnownValue.function("f").join(KnownValue.function("f")).function());
    }

    @Test
    void whatOneWayAloneKnowsIsForgotten() {
        assertEquals(TENSOR, TENSOR.observed(PLACE).join(TENSOR));
        assertEquals(KnownValue.of(Type.Basic.BOOL), TRUE.join(KnownValue.truth(false)));
        assertEquals(
                KnownValue.of(Type.Basic.OTHER),
                KnownValue.function("f").join(KnownValue.function("g")));
        assertEquals(TENSOR, KnownValue.of(Type.Basic.NONE).join(TENSOR));
        assertEquals(TENSOR, KnownValue.UNKNOWN.join(TENSOR));
    }

    @Test
    void anObservedValueStaysWhatItIs() {
        KnownValue observed = TRUE.observed(PLACE).withType(Type.Basic.ANY);
        assertEquals(Optional.of(PLACE), observed.seen());
        assertEquals(Optional.of(true), observed.truth());
        assertEquals(Type.Basic.ANY, observed.type());
        KnownValue.Seen later = new KnownValue.Seen(4, Clamp.NONE, 1, 1, "b", Optional.empty());
        assertEquals(TRUE.withType(Type.Basic.ANY).observed(later), observed.observed(later));
    }

    @Test
    void elementsAreKnownAsLongAsThereAreAny() {
        Type pair = new Type.TupleType(List.of(Type.Basic.BOOL, Type.Basic.TENSOR));
        KnownValue known = KnownValue.of(pair).withElements(List.of(TRUE, TENSOR));
        assertEquals(List.of(TRUE, TENSOR), known.elements());
        assertEquals(KnownValue.of(pair), known.withElements(List.of()));
    }
}
