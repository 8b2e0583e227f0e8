package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real TensorRT 10.15, without a device, on Q/DQ of other types than INT8. */
@Tag("inspect")
class OtherTypesInspectTest {

    private static final Path RESOURCES = Path.of("src/test/resources/inspect/types");

    @ParameterizedTest
    @CsvSource({
        "int4-weight, 1, 3, OTHER_TYPE, its Q/DQ are of INT4",
        "float16, 2, 1, INT8, ''",
        "float8, 1, 3, OTHER_TYPE, its Q/DQ are of FLOAT8E4M3FN",
        "float8-weight, 1, 3, OTHER_TYPE, its Q/DQ are of FLOAT8E4M3FN"
    })
    void modelsOfOtherTypesAreJudged(
            String name, int left, int floatLeft, Verdict verdict, String reason) throws Exception {
        InspectionReport report =
                TensorRtInspector.find()
                        .inspect(
                                RESOURCES.resolve(name + ".onnx"),
                                InspectionOptions.builder().build());
        assertEquals(Outcome.OPTIMIZED, report.outcome(), report.toString());
        assertEquals(OptionalInt.of(left), report.layersLeft());
        assertEquals(OptionalInt.of(floatLeft), report.floatLayersLeft());
        report.layers().forEach(l -> assertEquals(reason, l.reason(), report::toString));
        assertEquals(report.layers().size(), report.count(verdict), report.toString());
        assertTrue(report.errors().isEmpty(), report.errors().toString());
    }
}
