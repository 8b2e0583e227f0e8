package io.rangefinder.capture;

import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.rangefinder.capture.archive.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The models of the tests, and how an application loads them. */
public final class CaptureModels {

    private static final Path FIXTURES = Path.of("src/test/resources/torchscript");
    private static final Path EXAMPLES = Path.of("../examples/models");

    private CaptureModels() {}

    /** A small archive of {@code src/test/python/fixtures.py}. */
    public static Path fixture(String name) {
        return FIXTURES.resolve(name).toAbsolutePath().normalize();
    }

    /** A model trained on Fashion-MNIST. */
    public static Path example(String name) {
        return EXAMPLES.resolve(name).toAbsolutePath().normalize();
    }

    public static Criteria.Builder<NDList, NDList> criteria(Path file, String engine) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(file)
                .optTranslator(new NoopTranslator())
                .optEngine(engine);
    }

    public static ZooModel<NDList, NDList> load(Path file, String engine) throws Exception {
        return criteria(file, engine).build().loadModel();
    }

    /**
     * Writes a program: a module with the children {@code down} (linear, 4 to 2), {@code up}
     * (linear, 2 to 4) and {@code act} (ReLU), whose methods and functions are given as text.
     */
    public static Path program(Path folder, String methods, String functions) throws IOException {
        String head =
                """
                class Codec(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  _is_full_backward_hook : Optional[bool]
                  down : __torch__.torch.nn.modules.linear.Linear
                  up : __torch__.torch.nn.modules.linear.___torch_mangle_0.Linear
                  act : __torch__.torch.nn.modules.activation.ReLU
                """;
        return withCode(folder, Map.of("__torch__.models.calls", head + methods + functions));
    }

    /** A program as above, with other code files. */
    public static Path withCode(Path folder, Map<String, String> code) throws IOException {
        Path file = Files.createTempFile(folder, "program", ".pt");
        try (TorchScriptArchive archive = TorchScriptArchive.open(fixture("methods_scripted.pt"))) {
            archive.copyWithCode(file, code);
        } catch (ai.djl.MalformedModelException e) {
            throw new IOException(e);
        }
        return file;
    }
}
