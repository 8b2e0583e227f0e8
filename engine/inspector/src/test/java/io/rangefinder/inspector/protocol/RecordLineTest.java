package io.rangefinder.inspector.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RecordLineTest {

    @Property
    void anyFieldsComeBackFromOneLine(@ForAll @Size(min = 1, max = 5) List<String> fields) {
        String line = RecordLine.of(fields);
        assertEquals(1, Math.max(1, line.lines().count()));
        assertFalse(line.chars().anyMatch(c -> c != '\t' && Character.isISOControl(c)));
        String carried = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertEquals(fields, RecordLine.fields(carried));
    }

    @Test
    void textIsLeftReadable() {
        assertEquals("log\t4\tFusing a + b", RecordLine.of(List.of("log", "4", "Fusing a + b")));
        assertEquals("a\\u000ab\\\\", RecordLine.of(List.of("a\nb\\")));
    }

    @Test
    void whatIsNoEscapeIsRefused() {
        for (String line : List.of("\\n", "\\", "\\u12", "\\uxyzw")) {
            assertThrows(IllegalArgumentException.class, () -> RecordLine.fields(line), line);
        }
    }

    @Test
    void aRequestIsReadAsItWasWritten() throws Exception {
        InspectionRequest request =
                new InspectionRequest(
                        Path.of("/tmp/a\tb"),
                        Path.of("/models/-x\nend.onnx"),
                        Path.of("/r"),
                        true,
                        false,
                        4,
                        60,
                        1000,
                        Map.of("end\n", 0.1f, "/a:0", 3e-39f));
        assertEquals(request, read(request.toText() + "not read"));
    }

    @Test
    void aRequestOfAnotherVersionOrCutShortIsRefused() {
        assertThrows(IOException.class, () -> read("rangefinder-inspector 2\nend\n"));
        String text =
                new InspectionRequest(
                                Path.of("l"),
                                Path.of("m"),
                                Path.of("r"),
                                false,
                                true,
                                1,
                                1,
                                1,
                                Map.of())
                        .toText();
        IOException cut =
                assertThrows(IOException.class, () -> read(text.substring(0, text.length() - 5)));
        assertTrue(cut.getMessage().contains("cut short"), cut.getMessage());
        assertThrows(IOException.class, () -> read(text.replace("batch\t1\n", "")));
    }

    private static InspectionRequest read(String text) throws IOException {
        return InspectionRequest.read(new BufferedReader(new StringReader(text)));
    }
}
