package io.rangefinder.engine.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.export.UnsupportedModelException.Obstacle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ONNX has not is refused by operator, layer, file and line: all of it at once. */
class RefusedModelsTest {

    private static final Path OPERATORS = Path.of("src/test/resources/operators");

    @TempDir Path folder;

    /** What it must say of each model: operator, layer, and where its call stands in the code. */
    @ParameterizedTest
    @CsvSource({
        "bits_scripted, aten::__and__; aten::__or__; aten::__xor__, ;;,"
                + " refused/___torch_mangle_1.py:8; refused/___torch_mangle_1.py:8;"
                + " refused/___torch_mangle_1.py:8",
        "bits_traced, aten::__and__; aten::__or__; aten::__xor__, ;;,"
                + " refused.py:8; refused.py:8; refused.py:8",
        "complex_scripted, aten::atan; aten::acosh, ;,"
                + " refused/___torch_mangle_3.py:11; refused/___torch_mangle_3.py:11",
        "complex_traced, aten::atan; aten::acosh, ;, refused.py:11; refused.py:11",
        "if_scripted, aten::Bool, '', refused.py:8",
        "item_scripted, aten::item, '', refused.py:8",
        "loop_scripted, aten::Int, '', refused.py:9",
        "mask_scripted, aten::index, '', refused/___torch_mangle_1.py:9",
        "mask_traced, aten::index, '', refused.py:9",
        "masked_select_scripted, aten::masked_select, '', refused/___torch_mangle_1.py:8",
        "masked_select_traced, aten::masked_select, '', refused.py:8",
        "nonzero_scripted, aten::nonzero, '', refused/___torch_mangle_1.py:8",
        "nonzero_traced, aten::nonzero, '', refused.py:8",
        "several_scripted, aten::linalg_det; aten::special_bessel_j0; aten::linalg_det;"
                + " aten::special_i0e, inner.1;;;, refused/___torch_mangle_7.py:8;"
                + " refused/___torch_mangle_9.py:13; refused/___torch_mangle_9.py:14;"
                + " refused/___torch_mangle_9.py:17",
        "several_traced, aten::linalg_det; aten::special_bessel_j0; aten::linalg_det;"
                + " aten::special_i0e, inner.1;;;,"
                + " refused.py:28; refused.py:13; refused.py:14; refused.py:19",
        "size_scripted, aten::Int, '', refused/___torch_mangle_1.py:8",
        "size_traced, aten::arange, '', refused.py:8",
        "svd_scripted, aten::linalg_svd; aten::linalg_svd, ;,"
                + " refused/___torch_mangle_6.py:11; refused/___torch_mangle_6.py:14",
        "svd_traced, aten::linalg_svd; aten::linalg_svd, ;, refused.py:12; refused.py:14",
        "unique_scripted, aten::_unique2, '', torch/functional.py:20",
        "unique_traced, aten::_unique2, '', refused.py:8",
        "where_traced, aten::where, '', refused.py:8",
        "while_scripted, aten::Bool, '', refused.py:10"
    })
    void whatOnnxHasNotIsNamedWithItsPlace(
            String model, String operators, String layers, String places) throws IOException {
        List<Obstacle> obstacles = refused("refused_" + model).obstacles();
        List<String> names = List.of(operators.split("; *"));
        String[] paths = layers.split(";", -1);
        assertEquals(names, obstacles.stream().map(o -> o.what().replaceFirst(" .*", "")).toList());
        for (int i = 0; i < names.size(); i++) {
            assertEquals(paths[i], obstacles.get(i).path());
            String place = obstacles.get(i).place();
            assertTrue(place.endsWith("/" + places.split("; *")[i]), place);
            assertTrue(place.contains("refused_" + model + ".pt: "), place);
            assertEquals(1, obstacles.get(i).count());
        }
    }

    @Test
    void whatAModelRemembersIsNamed() throws IOException {
        List<Obstacle> obstacles = refused("refused_state_scripted").obstacles();
        assertEquals(1, obstacles.size());
        assertTrue(obstacles.get(0).what().startsWith("forward changes calls, on which"));
    }

    @Test
    void everyRefusedModelIsInTheTable() throws IOException {
        try (Stream<Path> files = Files.list(OPERATORS)) {
            assertEquals(
                    25,
                    files.filter(f -> f.getFileName().toString().matches("refused_.*pt")).count());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused_several_scripted", "refused_several_traced"})
    void theMessageCountsEachKindAndSaysWhatToDo(String model) throws IOException {
        String message = refused(model).getMessage();
        assertTrue(message.contains(model + ".pt can't be exported"), message);
        assertTrue(
                message.matches("(?s).*aten::linalg_det, in inner\\.1 \\([^)]+\\), 2 times; .*"));
        assertTrue(
                message.matches(
                        "(?s).*; aten::special_bessel_j0, in the model \\([^)]+:13\\); .*"));
        assertTrue(message.contains("aten::special_i0e"), message);
        assertTrue(message.contains("Replace these in the model"), message);
    }

    @Test
    void whatIsReachedAgainIsCounted() throws IOException {
        Path archive =
                Archives.ofForward(
                        folder, "for i in range(3):\n  y = torch.linalg_det(x)\nreturn y");
        List<Obstacle> obstacles =
                assertThrows(UnsupportedModelException.class, () -> Archives.export(archive))
                        .obstacles();
        assertEquals(1, obstacles.size());
        assertEquals(3, obstacles.get(0).count());
        assertTrue(obstacles.get(0).toString().endsWith("m.py:7), 3 times"), obstacles.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "-99999999999999999999", "0xffffffffffffffffff"})
    void integersBeyond64BitsAreNamedWithTheirPlace(String literal) throws IOException {
        Path archive = Archives.ofForward(folder, "return torch.add(x, " + literal + ")");
        List<Obstacle> obstacles =
                assertThrows(UnsupportedModelException.class, () -> Archives.export(archive))
                        .obstacles();
        assertTrue(obstacles.get(0).what().contains("literal"), obstacles.toString());
        assertTrue(obstacles.get(0).place().endsWith("m.py:6"), obstacles.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "refused_batch_loop_scripted, refused.py:9, needs the number batch itself",
        "write_broadcast_baked_traced, shape.py:14, '[3, 1, 5] of [batch, 1, 5]'",
        "affine_grid_scripted, functional.py:70, compares batch with 2"
    })
    void whatHoldsForOneBatchIsExportedForIt(String model, String place, String why)
            throws Exception {
        Fixture fixture = Fixture.read(OPERATORS.resolve(model + ".pt"));
        ExportedModel exported =
                ModelExporter.export(fixture.archive(), fixture.inputs(), ExportOptions.DEFAULT);
        String reason = exported.fixedBatch().orElseThrow();
        assertTrue(reason.contains(place) && reason.contains(why), reason);
        exported.toOnnx()
                .inputs()
                .forEach(
                        i ->
                                assertTrue(
                                        i.getType()
                                                .getTensorType()
                                                .getShape()
                                                .getDim(0)
                                                .hasDimValue()));
    }

    @Test
    void whatOnlyOpset17HasIsExportedWithItOrTheRemedyIsNamed() throws Exception {
        Fixture fixture = Fixture.read(OPERATORS.resolve("roi_align_traced.pt"));
        String message =
                assertThrows(
                                UnsupportedModelException.class,
                                () ->
                                        ModelExporter.export(
                                                fixture.archive(),
                                                fixture.inputs(),
                                                new ExportOptions(13, false)))
                        .getMessage();
        assertTrue(message.contains("--opset 17"), message);
        ExportedModel model =
                ModelExporter.export(fixture.archive(), fixture.inputs(), ExportOptions.DEFAULT);
        assertEquals(17, model.toOnnx().proto().getOpsetImport(0).getVersion());
        assertTrue(
                model.warnings().get(0).contains("exported with opset 17"),
                model.warnings().toString());
        // What neither has is said as before.
        assertTrue(!refused("refused_svd_traced").getMessage().contains("opset"));
    }

    private UnsupportedModelException refused(String model) throws IOException {
        Fixture fixture = Fixture.read(OPERATORS.resolve(model + ".pt"));
        Path file = folder.resolve("model.onnx");
        UnsupportedModelException e =
                assertThrows(
                        UnsupportedModelException.class,
                        () ->
                                ModelExporter.export(
                                                fixture.archive(),
                                                fixture.inputs(),
                                                ExportOptions.DEFAULT)
                                        .write(file));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
        return e;
    }
}
