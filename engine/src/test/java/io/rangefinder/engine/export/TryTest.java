package io.rangefinder.engine.export;

import io.rangefinder.capture.ranges.InputDescription;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TryTest {

    @Test
    void tries() throws Exception {
        for (String m : List.of("resnet", "mobilenet", "vit")) {
            for (String k : List.of("traced", "scripted")) {
                long t = System.nanoTime();
                try {
                    ExportedModel e =
                            TorchScriptExporter.export(
                                    Path.of("../examples/models/" + m + "_" + k + ".pt")
                                            .toAbsolutePath(),
                                    List.of(
                                            new InputDescription(
                                                    "x", "float32", List.of(32L, 1L, 28L, 28L))),
                                    ExportOptions.DEFAULT);
                    e.write(Path.of("/tmp/x/" + m + "_" + k + ".onnx"));
                    System.out.println(
                            m
                                    + k
                                    + " ok "
                                    + e.fixedBatch()
                                    + " without "
                                    + e.hookNames().withoutTensor());
                } catch (UnsupportedModelException e) {
                    e.obstacles().forEach(o -> System.out.println(m + k + ": " + o));
                }
                System.out.println((System.nanoTime() - t) / 1000000 + " ms");
            }
        }
    }
}
