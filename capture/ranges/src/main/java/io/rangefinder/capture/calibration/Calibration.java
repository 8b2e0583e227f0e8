package io.rangefinder.capture.calibration;

import io.rangefinder.capture.calibration.CalibrationFinding.NothingFinite;
import io.rangefinder.capture.calibration.CalibrationFinding.OnlyZeros;
import io.rangefinder.capture.calibration.CalibrationFinding.SawNonFinite;
import io.rangefinder.capture.calibration.CalibrationFinding.ScaleBeyondFloat32;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The ranges that a calibrator chose for a model, and what was odd on the way.
 *
 * @param ranges the ranges, in the order of the statistics; a tensor that no scale above 0 can be
 *     made for is {@linkplain DynamicRanges#withoutRange() without range}
 * @param findings what a person should hear of: nothing for most models
 */
public record Calibration(DynamicRanges ranges, List<CalibrationFinding> findings) {

    /**
     * Copies the findings.
     *
     * @param ranges the ranges
     * @param findings what was odd
     */
    public Calibration {
        findings = List.copyOf(findings);
    }

    /**
     * Chooses ranges now.
     *
     * @param statistics what was seen in each tensor
     * @param calibrator the rule to choose by
     * @return ranges that carry the statistics' provenance, with the calibrator's name, this
     *     version and the time, and the findings
     * @throws MissingStatisticsException if the calibrator needs observers that did not run
     * @throws IllegalArgumentException if the calibrator breaks its contract
     */
    public static Calibration of(ModelStatistics statistics, Calibrator calibrator) {
        return of(statistics, calibrator, Clock.systemUTC());
    }

    /**
     * Chooses ranges at a given time.
     *
     * @param statistics what was seen in each tensor
     * @param calibrator the rule to choose by
     * @param clock tells the date that the ranges carry, to the second
     * @return the ranges and the findings
     * @throws MissingStatisticsException if the calibrator needs observers that did not run
     * @throws IllegalArgumentException if the calibrator breaks its contract
     */
    public static Calibration of(ModelStatistics statistics, Calibrator calibrator, Clock clock) {
        MissingStatisticsException.refuse(statistics, calibrator);
        DynamicRanges.Builder ranges =
                DynamicRanges.builder()
                        .optProvenance(provenance(statistics.provenance(), calibrator, clock));
        List<CalibrationFinding> findings = new ArrayList<>();
        statistics
                .asMap()
                .forEach(
                        (tensor, seen) ->
                                range(tensor, seen, calibrator, findings)
                                        .ifPresentOrElse(
                                                range -> ranges.add(tensor, range),
                                                () -> ranges.addWithoutRange(tensor)));
        return new Calibration(ranges.build(), findings);
    }

    private static Optional<DynamicRange> range(
            String tensor,
            TensorStatistics seen,
            Calibrator calibrator,
            List<CalibrationFinding> findings) {
        if (seen.count() == 0) {
            // Code that never ran, which the exported model doesn't have, or an empty tensor.
            return Optional.empty();
        }
        if (!seen.hasFinite()) {
            findings.add(new NothingFinite(tensor, seen));
            return Optional.empty();
        }
        if (seen.finiteCount() < seen.count()) {
            findings.add(new SawNonFinite(tensor, seen));
        }
        if (seen.onlyZeros()) {
            findings.add(new OnlyZeros(tensor, seen));
            return Optional.empty();
        }
        double amax = amax(tensor, seen, calibrator);
        float scale = (float) (amax / DynamicRange.LEVELS);
        if (scale == 0 || Float.isInfinite(scale)) {
            findings.add(new ScaleBeyondFloat32(tensor, seen, amax));
            return Optional.empty();
        }
        return Optional.of(new DynamicRange(amax));
    }

    private static double amax(String tensor, TensorStatistics seen, Calibrator calibrator) {
        OptionalDouble amax = calibrator.amax(seen);
        if (amax.isEmpty() || !(amax.getAsDouble() >= 0) || Double.isInfinite(amax.getAsDouble())) {
            throw new IllegalArgumentException(
                    "calibrator "
                            + calibrator.name()
                            + " chose "
                            + amax
                            + " for "
                            + tensor
                            + ", where an amax must be finite and not negative");
        }
        return amax.getAsDouble();
    }

    private static Provenance provenance(Provenance seen, Calibrator calibrator, Clock clock) {
        return new Provenance(
                seen.modelDigest(),
                seen.inputs(),
                seen.samples(),
                Optional.of(calibrator.name()),
                Optional.of(RangefinderVersion.current()),
                Optional.of(clock.instant().truncatedTo(ChronoUnit.SECONDS)),
                seen.cacheHeader(),
                seen.call());
    }
}
