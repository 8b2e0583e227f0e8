package io.rangefinder.capture.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.capture.source.PointFilter;
import io.rangefinder.capture.torchscript.Printer;
import io.rangefinder.capture.torchscript.SourceFile;
import io.rangefinder.capture.types.SchemaTable;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookInjectorTest {

    private static HookedProgram hooked(String name) throws Exception {
        Path file = Path.of("src/test/resources/torchscript", name + ".pt");
        try (TorchScriptArchive archive = TorchScriptArchive.open(file)) {
            return new HookInjector(SchemaTable.ofPyTorch())
                    .inject(
                            archive.program(),
                            BoundArguments.NONE,
                            PointFilter.all(),
                            PointFilter.none());
        }
    }

    /** PyTorch copies a file's whole text at each branch that it compiles. */
    @Test
    void copiesStandInFilesThatAreShortButForTheirLastFunction() throws Exception {
        Map<String, String> code = hooked("encoder_scripted").code();
        int copies = 0;
        for (Map.Entry<String, String> file : code.entrySet()) {
            if (file.getKey().contains("_copies_")) {
                SourceFile source = SourceFile.parse(file.getKey(), file.getValue());
                StringBuilder last = new StringBuilder();
                new Printer(last)
                        .function(source.functions().get(source.functions().size() - 1), "");
                assertTrue(file.getValue().length() - last.length() <= 8_000, file.getKey());
                copies += source.functions().size();
            }
        }
        assertTrue(copies > 20, copies + " copies");
    }

    @ParameterizedTest
    @CsvSource({
        "contexts_scripted, true",
        "attention_scripted, false",
        "encoder_fast_scripted, false",
        "constants_scripted, false"
    })
    void castsAreToldFromQuestionsAboutThem(String name, boolean casts) throws Exception {
        assertEquals(casts, hooked(name).casts());
    }
}
