package io.rangefinder.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.fixtures.PlantedBreak;
import io.rangefinder.engine.fixtures.PlantedBreaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class PlantedBreaksTest {

    @Test
    void eachBreakHasANameOfItsOwn() throws Exception {
        List<PlantedBreak> breaks = PlantedBreaks.all();
        assertTrue(breaks.size() >= 20);
        assertEquals(breaks.size(), breaks.stream().map(PlantedBreak::name).distinct().count());
    }

    /** For asking TensorRT by hand: {@code -Dbreaks=FOLDER}. */
    @Test
    @EnabledIfSystemProperty(named = "breaks", matches = ".+")
    void writesModelsForTryingThem() throws Exception {
        Path folder = Files.createDirectories(Path.of(System.getProperty("breaks")));
        for (String name : List.of("resnet", "mobilenet", "vit")) {
            PlantedBreaks.good(name).write(folder.resolve(name + ".onnx"));
        }
        for (PlantedBreak planted : PlantedBreaks.all()) {
            planted.model().write(folder.resolve(planted.name() + ".onnx"));
        }
    }
}
