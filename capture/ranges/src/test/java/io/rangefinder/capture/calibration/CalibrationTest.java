package io.rangefinder.capture.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {

    private static final MinMaxCalibrator MIN_MAX = new MinMaxCalibrator();
    private static final TensorStatistics ZEROS = new TensorStatistics(4, 0, 0, 0, 0, 0);
    private static final TensorStatistics NANS =
            new TensorStatistics(3, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 2, 0, 1);

    @Test
    void minMaxTakesTheLargerMagnitude() {
        assertEquals(OptionalDouble.of(3.5), MIN_MAX.amax(seen(-3.5, 2)));
        assertEquals(OptionalDouble.of(3.5), MIN_MAX.amax(seen(-2, 3.5)));
        assertEquals(OptionalDouble.of(3.5), MIN_MAX.amax(seen(1, 3.5)));
        assertEquals(OptionalDouble.of(3.5), MIN_MAX.amax(seen(-3.5, -1)));
        assertEquals(OptionalDouble.of(0), MIN_MAX.amax(ZEROS));
        assertEquals(OptionalDouble.empty(), MIN_MAX.amax(NANS));
    }

    @Test
    void tensorsKeepTheirOrderAndFiniteOnesGetRangesWithoutFindings() {
        Calibration calibration =
                calibrate(
                        ModelStatistics.builder()
                                .add("b", seen(-3.5, 2))
                                .add("zero", ZEROS)
                                .add("a", seen(0, 127)));

        assertEquals(
                List.of("b", "zero", "a"), List.copyOf(calibration.ranges().tensors().keySet()));
        assertEquals(Optional.of(new DynamicRange(3.5)), calibration.ranges().get("b"));
        assertEquals(1f, calibration.ranges().get("a").orElseThrow().scale());
        assertEquals(1, calibration.findings().size());
    }

    @Test
    void onlyZerosAndNothingFiniteGiveNoRangeAndAreReported() {
        Calibration calibration =
                calibrate(
                        ModelStatistics.builder()
                                .add("zeros", ZEROS)
                                .add("nans", NANS)
                                .add("empty", TensorStatistics.EMPTY));

        assertEquals(
                List.of("zeros", "nans", "empty"),
                List.copyOf(calibration.ranges().withoutRange()));
        assertEquals(
                List.of(
                        new CalibrationFinding.OnlyZeros("zeros", ZEROS),
                        new CalibrationFinding.NothingFinite("nans", NANS)),
                calibration.findings());
        assertEquals(
                List.of(
                        "zeros held only zeros in 4 elements, so it has no range; use"
                                + " representative inputs that reach it",
                        "nans held nothing finite, 2 NaN and 1 infinite elements, so it has no"
                                + " range; check the model and its inputs"),
                calibration.findings().stream().map(CalibrationFinding::message).toList());
    }

    @Test
    void nanAndInfinitiesAreReportedAndTheFiniteElementsCount() {
        TensorStatistics mixed = new TensorStatistics(10, -2, 5, 1, 2, 3);

        Calibration calibration = calibrate(ModelStatistics.builder().add("x", mixed));

        assertEquals(Optional.of(new DynamicRange(5)), calibration.ranges().get("x"));
        assertEquals(
                List.of(new CalibrationFinding.SawNonFinite("x", mixed)), calibration.findings());
        assertEquals(
                "x held 1 NaN and 5 infinite among 10 elements; its range comes from the finite"
                        + " ones",
                calibration.findings().get(0).message());
    }

    @Test
    void nanBesideZerosAreTwoFindings() {
        TensorStatistics both = new TensorStatistics(2, 0, 0, 1, 0, 0);

        assertEquals(
                List.of(
                        new CalibrationFinding.SawNonFinite("x", both),
                        new CalibrationFinding.OnlyZeros("x", both)),
                calibrate(ModelStatistics.builder().add("x", both)).findings());
    }

    /** The least float32 is 2^-149; half of it, 2^-150, rounds to the even one: to 0. */
    @ParameterizedTest
    @ValueSource(doubles = {127 * 0x1p-150, Double.MIN_VALUE, 1e300, Double.MAX_VALUE})
    void aScaleThatFloat32CannotHoldGivesNoRangeAndIsReported(double amax) {
        Calibration calibration = calibrate(ModelStatistics.builder().add("x", seen(-amax, 0)));

        assertEquals(List.of("x"), List.copyOf(calibration.ranges().withoutRange()));
        assertEquals(
                List.of(new CalibrationFinding.ScaleBeyondFloat32("x", seen(-amax, 0), amax)),
                calibration.findings());
        assertTrue(calibration.findings().get(0).message().contains(Double.toString(amax)));
    }

    @Test
    void theLeastScaleOfFloat32IsARange() {
        Calibration calibration =
                calibrate(ModelStatistics.builder().add("x", seen(0, 127 * 0x1p-149)));

        assertEquals(Float.MIN_VALUE, calibration.ranges().get("x").orElseThrow().scale());
    }

    @Test
    void provenanceGainsMethodVersionAndDate() {
        Provenance captured =
                new Provenance(
                        Optional.of("sha256:1"),
                        List.of(new InputDescription("x", "float32", List.of(1L))),
                        9,
                        Optional.empty(),
                        Optional.of("0.0.1"),
                        Optional.empty(),
                        Optional.empty());
        Clock clock = Clock.fixed(Instant.parse("2026-11-23T10:15:30.5Z"), ZoneOffset.UTC);

        Calibration calibration =
                Calibration.of(
                        ModelStatistics.builder().optProvenance(captured).build(), MIN_MAX, clock);

        assertEquals(
                new Provenance(
                        captured.modelDigest(),
                        captured.inputs(),
                        9,
                        Optional.of("minmax"),
                        Optional.of(RangefinderVersion.current()),
                        Optional.of(Instant.parse("2026-11-23T10:15:30Z")),
                        Optional.empty()),
                calibration.ranges().provenance());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aCalibratorThatBreaksItsContractIsNamed(double amax) {
        Calibrator broken =
                new Calibrator() {
                    @Override
                    public String name() {
                        return "broken";
                    }

                    @Override
                    public OptionalDouble amax(TensorStatistics statistics) {
                        return OptionalDouble.of(amax);
                    }
                };
        ModelStatistics statistics = ModelStatistics.builder().add("x", seen(0, 1)).build();

        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class, () -> Calibration.of(statistics, broken));
        assertTrue(thrown.getMessage().startsWith("calibrator broken"), thrown.getMessage());
    }

    private static Calibration calibrate(ModelStatistics.Builder statistics) {
        return Calibration.of(statistics.build(), MIN_MAX);
    }

    private static TensorStatistics seen(double min, double max) {
        return new TensorStatistics(2, min, max, 0, 0, 0);
    }
}
