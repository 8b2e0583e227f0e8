package io.rangefinder.capture;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.calibration.Calibration;
import io.rangefinder.capture.calibration.Calibrator;
import io.rangefinder.capture.calibration.MinMaxCalibrator;
import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.source.ObservedModel;
import io.rangefinder.capture.source.PointFilter;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the hooks of one model have seen. Safe from any thread, also while predictors run: each
 * forward pass counts as a whole or not at all.
 */
public final class RangeRecorder {

    private static final Logger logger = LoggerFactory.getLogger(RangeRecorder.class);

    private final ObservedModel model;

    RangeRecorder(ObservedModel model) {
        this.model = model;
    }

    /**
     * What was seen so far.
     *
     * @return the statistics of each point that was executed at least once or never, in execution
     *     order; empty before the first forward pass
     */
    public ModelStatistics statistics() {
        return model.statistics();
    }

    /**
     * The min-max ranges of what was seen so far: amax = max(|min|, |max|). What is odd, such as a
     * point that saw NaN, is logged as a warning.
     *
     * @return the ranges
     */
    public DynamicRanges ranges() {
        return ranges(new MinMaxCalibrator());
    }

    /**
     * The ranges of what was seen so far. What is odd, such as a point that saw NaN, is logged as a
     * warning.
     *
     * @param calibrator chooses each amax
     * @return the ranges
     */
    public DynamicRanges ranges(Calibrator calibrator) {
        Calibration calibration = Calibration.of(statistics(), calibrator);
        calibration
                .findings()
                .forEach(finding -> logger.warn("{}: {}", model.name(), finding.message()));
        return calibration.ranges();
    }

    /**
     * Writes what was seen so far.
     *
     * @param file the target; its name's end chooses the format: {@code .ranges}, {@code .txt} or
     *     {@code .cache} for min-max ranges, {@code .json} for the statistics
     * @throws IOException if it can't be written; what was there then stays
     */
    public void write(Path file) throws IOException {
        write(file, RangeFiles.requireFormat(file));
    }

    /**
     * Writes what was seen so far.
     *
     * @param file the target, whatever its name
     * @param format what to write: min-max ranges, or the statistics
     * @throws IOException if it can't be written; what was there then stays
     */
    public void write(Path file, FileFormat format) throws IOException {
        if (format == FileFormat.STATISTICS) {
            StatisticsFile.write(statistics(), file);
        } else {
            RangeFiles.write(ranges(), file, format);
        }
    }

    /** Forgets what was seen. */
    public void reset() {
        model.reset();
    }

    /**
     * Turns the hooks off or on. Off, the model's own code runs, without any cost of ours.
     *
     * @param on whether forward passes are recorded
     */
    public void setRecording(boolean on) {
        model.setRecording(on);
    }

    /**
     * The points of {@code forward} that are observed.
     *
     * @return the points in execution order, without those in lists and dicts, whose number is
     *     known only when the model runs
     */
    public List<HookPoint> points() {
        return model.points();
    }

    /**
     * Registers a hook that is handed whole tensors. The model is loaded once more with code that
     * copies them out, so register hooks before predicting starts in earnest; predictors that run
     * meanwhile wait.
     *
     * @param nameOrPattern a point's name ({@code layer4.1}), or a regular expression that whole
     *     names match; the elements of a list or dict are meant by its name, too
     * @param hook what is called
     * @return close it to remove the hook
     * @throws IllegalArgumentException if no point has such a name
     * @throws UncheckedIOException if the model's file can't be read again
     */
    public AutoCloseable registerForwardHook(String nameOrPattern, ForwardHook hook) {
        PointFilter chosen = choose(nameOrPattern);
        try {
            return model.addHook(chosen, hook::forward);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        } catch (MalformedModelException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private PointFilter choose(String nameOrPattern) {
        List<HookPoint> points = model.allPoints();
        PointFilter named = PointFilter.named(nameOrPattern);
        if (points.stream().anyMatch(named::test)) {
            return named;
        }
        PointFilter chosen = named;
        try {
            // A name with brackets is seldom meant as a character class, but may be a pattern too.
            PointFilter pattern = PointFilter.matching(Pattern.compile(nameOrPattern));
            if (points.stream().anyMatch(pattern::test)) {
                return pattern;
            }
            chosen = nameOrPattern.contains("\\") ? pattern : named;
        } catch (PatternSyntaxException e) {
            logger.debug("{} is a name, not a pattern", nameOrPattern);
        }
        // The elements of lists and dicts are known only when the model runs.
        boolean known = nameOrPattern.contains("[");
        if (!known) {
            throw new IllegalArgumentException(
                    "no hook point of "
                            + model.name()
                            + " is named or matches "
                            + nameOrPattern
                            + "; it has "
                            + points.size()
                            + ", such as "
                            + points.stream()
                                    .limit(8)
                                    .map(HookPoint::name)
                                    .collect(Collectors.joining(", ")));
        }
        return chosen;
    }
}
