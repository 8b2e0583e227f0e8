package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    private static Options of(String value) {
        return new Options(Map.of("o", value));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4096, 4096", "16K, 16384", "512m, 536870912", "6G, 6442450944"})
    void bytesAreCountedInBinaryMultiples(String text, long bytes) {
        assertEquals(OptionalLong.of(bytes), of(text).bytes("o"));
        assertEquals(OptionalLong.empty(), of(text).bytes("other"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5G", "1T", "G", "99999999999"})
    void otherBytesAreRefusedByName(String text) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> of(text).bytes("o"));
        assertTrue(e.getMessage().startsWith("option o must be"), e.getMessage());
    }

    @Test
    void flagsAreTrueOrFalseAndNothingElse() {
        assertTrue(of("True").flag("o", false));
        assertFalse(of("false").flag("o", true));
        assertTrue(of("x").flag("other", true));
        assertThrows(IllegalArgumentException.class, () -> of("yes").flag("o", true));
    }
}
