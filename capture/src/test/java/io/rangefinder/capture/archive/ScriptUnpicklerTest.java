package io.rangefinder.capture.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptUnpicklerTest {

    private static final String HEAD = "\u0080\u0002";
    private static final String OBJECT = "c__torch__\\nM\\n)\u0081";
    private static final String REBUILD = "ctorch._utils\\n_rebuild_tensor_v2\\n";
    private static final String STORAGE =
            "(X\u0007\\0\\0\\0storagectorch\\nFloatStorage\\n"
                    + "X\u0001\\0\\0\\0"
                    + "0X\u0003\\0\\0\\0cpuK\u0004tQ";

    /** What stands in a pickle, and what was expected and found. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X\u0001\\0\\0\\0aK\u0001a.|expected a list to append to but found a string",
                ")(K\u0001e.|expected a list to append to but found a tuple",
                "}K\u0001a.|expected a list to append to but found a dict",
                "K\u0001(K\u0001K\u0002u.|expected a dict to put values in but found a number",
                "NK\u0001K\u0002s.|expected a dict to put values in but found None",
                "](K\u0001K\u0002u.|expected a dict to put values in but found a list",
                "}(K\u0001u.|a dict's key has no value",
                "}]K\u0001s.|a list or a dict is the key of a dict",
                "}(]K\u0001u.|a list or a dict is the key of a dict",
                "X\u0001\\0\\0\\0a)R.|expected a class to call but found a string",
                "\u0088)\u0081.|expected a class to call but found a boolean",
                OBJECT + ")R.|expected a class to call but found an object of __torch__.M",
                "K\u0001}b.|expected an object to give attributes to but found a number",
                "ctorch\\nFloatStorage\\n}b.|to give attributes to but found the class"
                        + " torch.FloatStorage",
                OBJECT + "}(K\u0001K\u0002ub.|a string, an attribute's name, but found a number",
                OBJECT + "}(NK\u0002ub.|a string, an attribute's name, but found None",
                "K\u0001Q.|expected a persistent id, which names a storage, but found a number",
                REBUILD + ")R.|a tensor needs a storage, an offset, a shape and strides, but has 0",
                REBUILD + "(K\u0001K\u0001))tR.|expected a tensor's storage but found a number",
                REBUILD + "(" + STORAGE + "N))tR.|a tensor's offset, but found None",
                REBUILD + "(" + STORAGE + "K\u0000K\u0002)tR.|shape or strides, but found a number",
                REBUILD + "(" + STORAGE + "K\u0000)N\u0085tR.|an axis of a tensor, but found None",
                "ctorch.jit._pickle\\nbuild_intlist\\n)R.|build_intlist is called without a value",
                "s.|opcode 0x73, 2 bytes before the end, takes more than was put there",
                "K\u0001tK\u0002.|opcode 0x74, 4 bytes before the end, takes more",
                "(a.|takes more than was put there"
            })
    void whatWasExpectedAndWhatWasFoundIsSaid(String pickle, String problem) {
        String unescaped = pickle.replace("\\n", "\n").replace("\\0", "\0");
        InvalidArchiveException e =
                assertThrows(InvalidArchiveException.class, () -> read(HEAD + unescaped));
        assertTrue(e.getMessage().startsWith("m.pt: m/data.pkl is not a pickle of"), e.toString());
        assertTrue(e.getMessage().contains(problem), e.getMessage());
        assertTrue(!e.getMessage().contains("java."), e.getMessage());
    }

    /** A module that is registered twice goes by the first of its names, as in PyTorch. */
    @Test
    void attributesKeepTheOrderOfTheirDeclaration() throws Exception {
        List<String> names = new ArrayList<>();
        StringBuilder pickle = new StringBuilder(HEAD + "c__torch__\nM\n)\u0081}(");
        for (int i = 0; i < 30; i++) {
            String name = "layer" + (char) ('A' + i * 7 % 30);
            names.add(name);
            pickle.append("X\u0006\0\0\0").append(name).append('N');
        }
        ScriptObject object = (ScriptObject) read(pickle + "ub.");
        assertEquals(names, List.copyOf(object.attributes().keySet()));
    }

    private static Object read(String pickle) throws InvalidArchiveException {
        byte[] bytes = pickle.getBytes(StandardCharsets.ISO_8859_1);
        return ScriptUnpickler.read("m.pt: m/data.pkl", bytes, "data");
    }
}
