package io.rangefinder.engine.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.fixtures.SmallModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Int8CompilerTest {

    @TempDir Path folder;

    @Test
    void onlyRangesThatHoldSomethingAreToldToMatchNoTensor() throws Exception {
        Path model = folder.resolve("model.onnx");
        Files.write(
                model,
                new SmallModel()
                        .input("x", -1, 4)
                        .node("Relu", "x", "y")
                        .output("y")
                        .build(13)
                        .toBytes());
        DynamicRanges ranges =
                DynamicRanges.builder()
                        .add("x", new DynamicRange(1))
                        .add("another", new DynamicRange(2))
                        .addWithoutRange("never.ran")
                        .build();
        RangedOnnx ranged =
                Int8Compiler.prepare(
                        ModelFiles.find(model, Optional.empty()),
                        ranges,
                        Optional.empty(),
                        OptionalInt.empty());
        assertEquals(Set.of("another"), ranged.unmatched());
    }
}
