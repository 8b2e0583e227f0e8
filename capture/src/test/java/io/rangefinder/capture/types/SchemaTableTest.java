package io.rangefinder.capture.types;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.types.Type.Basic;
import io.rangefinder.capture.types.Type.DictType;
import io.rangefinder.capture.types.Type.ListType;
import io.rangefinder.capture.types.Type.OptionalType;
import io.rangefinder.capture.types.Type.TupleType;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** PyTorch's own schemas, and which of them a call means. */
class SchemaTableTest {

    private static final SchemaTable TABLE = SchemaTable.ofPyTorch();
    private static final Type TENSORS = new ListType(Basic.TENSOR);
    private static final Type INTS = new ListType(Basic.INT);

    @Test
    void everyLineIsRead() throws Exception {
        List<String> lines;
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                SchemaTable.class.getResourceAsStream("schemas.txt"),
                                StandardCharsets.UTF_8))) {
            lines = reader.lines().filter(l -> !l.startsWith("#")).toList();
        }
        assertTrue(lines.size() > 2_000);
        for (String line : lines) {
            Schema schema = SchemaParser.parse(line);
            String parameters = line.substring(line.indexOf('('), line.lastIndexOf("->"));
            assertTrue(line.startsWith(schema.name()), line);
            assertTrue(TABLE.overloads(schema.name()).contains(schema), line);
            boolean tensorIsWritten = parameters.matches(".*\\bTensor(\\[\\])?\\(\\w+!.*");
            assertTrue(schema.mutates() || !tensorIsWritten, line);
            if (line.endsWith("-> Tensor") || line.matches(".*-> Tensor\\(\\w!?\\)")) {
                assertEquals(Basic.TENSOR, schema.returns(), line);
            }
        }
    }

    private static Type type(String operator, Type... arguments) {
        return TABLE.resolve("aten::" + operator, Arrays.asList(arguments), Map.of())
                .orElseThrow(() -> new AssertionError("nothing fits " + operator))
                .type();
    }

    private static boolean mutates(String operator, Type... arguments) {
        return TABLE.resolve("aten::" + operator, Arrays.asList(arguments), Map.of())
                .orElseThrow()
                .mutates();
    }

    @Test
    void arithmeticGoesByItsOperands() {
        assertEquals(Basic.TENSOR, type("add", Basic.TENSOR, Basic.TENSOR));
        assertEquals(Basic.TENSOR, type("add", Basic.TENSOR, Basic.INT));
        assertEquals(Basic.NUMBER, type("add", Basic.FLOAT, Basic.INT));
        assertEquals(Basic.STRING, type("add", Basic.STRING, Basic.STRING));
        assertEquals(TENSORS, type("add", TENSORS, TENSORS));
        assertEquals(
                Basic.TENSOR,
                TABLE.resolve(
                                "aten::add",
                                List.of(Basic.TENSOR, Basic.TENSOR),
                                Map.of("alpha", Basic.INT))
                        .orElseThrow()
                        .type());
    }

    @Test
    void severalResultsAreATuple() {
        assertEquals(
                new TupleType(List.of(Basic.TENSOR, Basic.TENSOR)),
                type("max", Basic.TENSOR, Basic.INT));
        assertEquals(Basic.TENSOR, type("max", Basic.TENSOR));
        assertEquals(
                new TupleType(List.of(Basic.TENSOR, Basic.TENSOR)), type("aminmax", Basic.TENSOR));
    }

    @Test
    void listsHoldWhatTheyHold() {
        assertEquals(TENSORS, type("unbind", Basic.TENSOR));
        assertEquals(TENSORS, type("split", Basic.TENSOR, Basic.INT, Basic.INT));
        assertEquals(TENSORS, type("chunk", Basic.TENSOR, Basic.INT));
        assertEquals(INTS, type("size", Basic.TENSOR));
        assertEquals(Basic.INT, type("size", Basic.TENSOR, Basic.INT));
        assertEquals(Basic.INT, type("len", TENSORS));
        assertEquals(Basic.TENSOR, type("__getitem__", TENSORS, Basic.INT));
        assertEquals(Basic.FLOAT, type("__getitem__", new ListType(Basic.FLOAT), Basic.INT));
        assertEquals(
                Basic.TENSOR,
                type("__getitem__", new DictType(Basic.STRING, Basic.TENSOR), Basic.STRING));
        assertEquals(
                new ListType(Basic.STRING), type("keys", new DictType(Basic.STRING, Basic.TENSOR)));
    }

    @Test
    void oneNumberStandsForAListOfFixedSizeOnly() {
        assertEquals(Basic.TENSOR, type("avg_pool2d", Basic.TENSOR, Basic.INT, Basic.INT));
        assertTrue(
                TABLE.resolve("aten::permute", List.of(Basic.TENSOR, Basic.INT), Map.of())
                        .isEmpty());
    }

    @Test
    void whatIsRefinedFromOptionalFits() {
        Type maybe = new OptionalType(Basic.TENSOR);
        assertEquals(
                Basic.TENSOR,
                type("conv2d", Basic.TENSOR, Basic.TENSOR, maybe, INTS, INTS, INTS, Basic.INT));
        assertEquals(Basic.TENSOR, type("linear", Basic.TENSOR, Basic.TENSOR, Basic.NONE));
        assertEquals(Basic.TENSOR, type("relu", maybe));
    }

    @Test
    void whatWritesToATensorSaysSo() {
        assertTrue(mutates("relu_", Basic.TENSOR));
        assertTrue(mutates("add_", Basic.TENSOR, Basic.TENSOR));
        assertTrue(mutates("copy_", Basic.TENSOR, Basic.TENSOR));
        assertTrue(mutates("append", TENSORS, Basic.TENSOR));
        assertTrue(mutates("_set_item", TENSORS, Basic.INT, Basic.TENSOR));
        assertEquals(false, mutates("relu", Basic.TENSOR));
        assertEquals(false, mutates("view", Basic.TENSOR, INTS));
    }

    @Test
    void whatIsNotKnownFitsNothing() {
        assertTrue(TABLE.resolve("aten::no_such", List.of(), Map.of()).isEmpty());
        assertEquals(List.of(), TABLE.overloads("aten::no_such"));
        assertTrue(TABLE.resolve("aten::relu", List.of(Basic.STRING), Map.of()).isEmpty());
    }

    @Test
    void theTableIsReadOnce() {
        assertSame(TABLE, SchemaTable.ofPyTorch());
        assertSame(TABLE.overloads("aten::add"), TABLE.overloads("aten::add"));
    }
}
