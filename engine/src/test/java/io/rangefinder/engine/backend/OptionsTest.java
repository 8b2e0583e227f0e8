package io.rangefinder.engine.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.backend.onnxruntime.RequestedProvider;
import io.rangefinder.engine.backend.spi.Backend;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.backend.tensorrt.TensorRtOptions;
import io.rangefinder.engine.options.ByteSize;
import io.rangefinder.engine.options.EngineOptions;
import io.rangefinder.engine.tensorrt.plan.PlanMode;
import io.rangefinder.engine.tensorrt.plan.PlanOptions;
import io.rangefinder.engine.tensorrt.plan.network.TacticSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    private static final Map<String, ?> ALL =
            Map.ofEntries(
                    Map.entry("backend", "TensorRT"),
                    Map.entry("ranges", Path.of("a.ranges")),
                    Map.entry("rangesFormat", "cache"),
                    Map.entry("arguments", "rate=16000, sizes=[1, 2]"),
                    Map.entry("moduleMethod", "encode"),
                    Map.entry("onnx", "a.onnx"),
                    Map.entry("opset", "17"),
                    Map.entry("cache", "models"),
                    Map.entry("threads", 3),
                    Map.entry("floatLayers", "fc, conv1"),
                    Map.entry("int8Layers", "pooled"),
                    Map.entry("provider", "CPU"),
                    Map.entry("fp16", false),
                    Map.entry("workspace", " 2g "),
                    Map.entry("mode", "implicit"),
                    Map.entry("batchSize", "8"),
                    Map.entry("inputShapes", "a:1:8x3x4,b:8"),
                    Map.entry("timingCache", "/folder/times"),
                    Map.entry("optimizationLevel", "4"),
                    Map.entry("tacticSources", List.of("cudnn", "cublas_lt")),
                    Map.entry("dlaCore", "1"));

    @Test
    void eachOptionIsReadByItsNameWhateverItsType() {
        Request request = read(ALL);
        assertEquals(
                new EngineOptions(
                        Optional.of("TensorRT"),
                        Optional.of(Path.of("a.ranges")),
                        Optional.of(FileFormat.CACHE),
                        Map.of("rate", "16000", "sizes", "[1, 2]"),
                        Optional.of("encode"),
                        Optional.of(Path.of("a.onnx")),
                        OptionalInt.of(17),
                        Optional.of(Path.of("models")),
                        3,
                        Set.of("fc", "conv1"),
                        Set.of("pooled"),
                        false,
                        Optional.of(new ByteSize(2L << 30))),
                request.options());
        assertEquals(Optional.of(RequestedProvider.CPU), RequestedProvider.in(request.texts()));
        assertEquals(
                new TensorRtOptions(
                        PlanMode.IMPLICIT,
                        OptionalInt.of(8),
                        Map.of("a:1", new Shape(8, 3, 4), "b", new Shape(8)),
                        Optional.of(Path.of("/folder/times")),
                        OptionalInt.of(4),
                        Optional.of(Set.of(TacticSource.CUDNN, TacticSource.CUBLAS_LT)),
                        OptionalInt.of(1)),
                TensorRtOptions.read(request.texts()));
        assertEquals(List.of(), Backends.here().unknownOptions(ALL));
    }

    private static Request read(Map<String, ?> options) {
        return Backends.here().read(options, Device.cpu());
    }

    private static PlanOptions plan(Request request) {
        return TensorRtOptions.read(request.texts()).plan(request.options());
    }

    @Test
    void planHasAllThatConcernsIt() {
        PlanOptions plan = plan(read(ALL));
        assertEquals(PlanMode.IMPLICIT, plan.mode());
        assertFalse(plan.fp16());
        assertEquals(OptionalLong.of(2L << 30), plan.workspace());
        assertEquals(Optional.of(Path.of("/folder/times")), plan.timingCache());
        assertEquals(OptionalInt.of(1), plan.dlaCore());
        assertEquals(OptionalInt.of(4), plan.optimizationLevel());
        assertEquals(
                Optional.of(Set.of(TacticSource.CUDNN, TacticSource.CUBLAS_LT)),
                plan.tacticSources());
        assertEquals(Set.of("fc", "conv1"), plan.floatLayers());
        assertEquals(OptionalLong.of(8), plan.batch());
        assertEquals(Map.of("a:1", new Shape(8, 3, 4), "b", new Shape(8)), plan.inputShapes());
    }

    @Test
    void nothingGivenIsTheDefault() {
        Request request = read(Map.of());
        EngineOptions options = request.options();
        assertEquals(Optional.empty(), options.backend());
        assertEquals(0, options.threads());
        assertTrue(options.fp16());
        assertEquals(PlanOptions.builder().build(), plan(request));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "4096, 4096",
        "1073741824, 1073741824",
        "16K, 16384",
        "512m, 536870912",
        "6G, 6442450944",
        "99999999999, 99999999999",
        "9223372036854775807, 9223372036854775807"
    })
    void bytesAreCountedInBinaryMultiples(String text, long bytes) {
        assertEquals(
                Optional.of(new ByteSize(bytes)),
                read(Map.of("workspace", text)).options().workspace());
    }

    @ParameterizedTest
    @CsvSource({
        "backend, cudnn",
        "opset, 12",
        "opset, 15",
        "rangesFormat, xml",
        "arguments, rate",
        "backend, ''",
        "provider, rocm",
        "mode, both",
        "fp16, yes",
        "threads, -1",
        "threads, many",
        "ranges, ''",
        "workspace, ''",
        "workspace, -1",
        "workspace, 0",
        "workspace, 1.5G",
        "workspace, 1T",
        "workspace, G",
        "workspace, 99999999999G",
        "workspace, 9223372036854775808",
        "dlaCore, -1",
        "dlaCore, one",
        "optimizationLevel, 6",
        "tacticSources, magic",
        "batchSize, 0",
        "batchSize, 99999999999",
        "inputShapes, 1x2",
        "inputShapes, a:1x0",
        "inputShapes, a:1x-1",
        "inputShapes, a:99999999999999999999"
    })
    void wrongValueIsRefusedWithItsOption(String name, String value) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> read(Map.of(name, value)));
        assertTrue(e.getMessage().startsWith("option " + name), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "batchsize, batchSize",
        "batch_size, batchSize",
        "Backend, backend",
        "bakend, backend",
        "float-layers, floatLayers",
        "worksapce, workspace",
        "inputShape, inputShapes"
    })
    void unknownNameIsToldWithTheOneThatIsMeant(String wrong, String right) {
        List<String> unknown = Backends.here().unknownOptions(Map.of(wrong, "x", "fp16", "true"));
        assertEquals(List.of("there is no option " + wrong + "; is " + right + " meant?"), unknown);
    }

    @Test
    void namesThatAreLikeNoneAreToldWithAll() {
        String unknown = Backends.here().unknownOptions(Map.of("mapLocation", "true")).get(0);
        assertTrue(unknown.contains("is ignored"), unknown);
        assertTrue(
                unknown.contains("backend, ranges, rangesFormat, arguments, moduleMethod, onnx"),
                unknown);
    }

    /** Rows of a table begin with a bar; the name of the first column is the engine's. */
    @Test
    void readmeHasEveryOptionAndNoOther() throws IOException {
        Set<String> told = new TreeSet<>();
        boolean table = false;
        for (String line : Files.readAllLines(Path.of("README.md"))) {
            table = line.startsWith("| `Int8` ") || table && line.startsWith("| | ");
            if (table) {
                Matcher name = Pattern.compile("`(\\w+)`").matcher(line.split("\\|")[2]);
                while (name.find()) {
                    told.add(name.group(1));
                }
            }
        }
        Backend simulation = Backends.here().named("simulate");
        Backends own =
                new Backends(simulation::ladder, (p, gpu) -> simulation.ladder(gpu), List.of());
        assertEquals(new TreeSet<>(own.options()), told);
    }

    @Test
    void constantsOfTheEngineNameOptions() throws IllegalAccessException {
        List<String> names = Backends.here().options();
        for (var field : Int8.class.getFields()) {
            if (field.getName().startsWith("OPTION_")) {
                assertTrue(names.contains(field.get(null)), field.getName());
            }
        }
    }
}
