package io.rangefinder.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.rangefinder.examples.application.Application;
import io.rangefinder.examples.data.FashionMnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java code of the READMEs is the example application's, and that runs. */
class ReadmeTest {

    /** From the top of the project, in the order that their commands build upon each other. */
    static final List<String> READMES =
            List.of("README.md", "capture/README.md", "examples/README.md", "engine/README.md");

    @TempDir Path folder;

    @Test
    void everyJavaSnippetIsPartOfTheApplication() throws IOException {
        String source =
                flat(
                        Files.readString(
                                Path.of(
                                        "src/main/java/io/rangefinder/examples/application",
                                        "Application.java")));
        List<String> snippets = new ArrayList<>();
        for (String readme : READMES) {
            Matcher fence =
                    Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                            .matcher(Files.readString(Path.of("..", readme)));
            while (fence.find()) {
                snippets.add(fence.group(1));
            }
        }
        assertEquals(4, snippets.size());
        for (String snippet : snippets) {
            assertTrue(source.contains(flat(snippet)), () -> "not in the application: " + snippet);
        }
    }

    private static String flat(String code) {
        return code.replaceAll("\\s+", " ").strip();
    }

    @Test
    void theApplicationAnswersTheSameInInt8() throws Exception {
        Path models = Path.of("models");
        Path model = folder.resolve("resnet.pt").toAbsolutePath();
        Files.copy(models.resolve("resnet_traced.pt"), model);
        FashionMnist data = FashionMnist.test(FashionMnist.defaultFolder());
        List<float[]> images = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (int i = 0; i < 200; i++) {
                images.add(data.batch(manager, i, 1).toFloatArray());
            }
        }
        Application application = new Application();
        List<Integer> evaluated =
                application.evaluate(model, folder.resolve("resnet.ranges"), images);
        List<Integer> served = application.serve(model, images);
        long right = 0;
        long same = 0;
        for (int i = 0; i < images.size(); i++) {
            right += served.get(i) == data.label(i) ? 1 : 0;
            same += served.get(i).equals(evaluated.get(i)) ? 1 : 0;
        }
        assertTrue(right > 170 && same > 190, right + " right, " + same + " as in float");
        assertEquals(served, application.serveFromBuffers(model, images));
        application.look(model, images.get(0));
    }
}
