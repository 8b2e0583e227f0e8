package io.rangefinder.examples.ranges;

import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.capture.statistics.DifferentCallsException;
import io.rangefinder.examples.cli.WorkFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Takes the largest amax of each tensor: the best there is without statistics. */
final class LargestRanges {

    private LargestRanges() {}

    static DynamicRanges of(List<Path> files, List<DynamicRanges> all) throws WorkFailedException {
        requireOneModel(files, all);
        Map<String, Optional<DynamicRange>> largest = new LinkedHashMap<>();
        for (DynamicRanges ranges : all) {
            ranges.tensors()
                    .forEach(
                            (tensor, range) -> largest.merge(tensor, range, LargestRanges::larger));
        }
        DynamicRanges.Builder merged =
                DynamicRanges.builder()
                        .optProvenance(
                                provenance(all.stream().map(DynamicRanges::provenance).toList()));
        largest.forEach(
                (tensor, range) ->
                        range.ifPresentOrElse(
                                r -> merged.add(tensor, r), () -> merged.addWithoutRange(tensor)));
        return merged.build();
    }

    private static Optional<DynamicRange> larger(
            Optional<DynamicRange> one, Optional<DynamicRange> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        return one.get().amax() >= other.get().amax() ? one : other;
    }

    private static void requireOneModel(List<Path> files, List<DynamicRanges> all)
            throws WorkFailedException {
        Map<String, Path> models = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            Path file = files.get(i);
            all.get(i)
                    .provenance()
                    .modelDigest()
                    .ifPresent(digest -> models.putIfAbsent(digest, file));
        }
        if (models.size() > 1) {
            List<String> digests = new ArrayList<>(models.keySet());
            throw new WorkFailedException(
                    models.get(digests.get(0))
                            + " and "
                            + models.get(digests.get(1))
                            + " are of different models, "
                            + digests.get(0)
                            + " and "
                            + digests.get(1)
                            + "; merge only what was captured from one model file");
        }
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (all.get(j).provenance().isOfOtherCalls(all.get(i).provenance())) {
                    throw new WorkFailedException(
                            "cannot merge "
                                    + files.get(j)
                                    + " with "
                                    + files.get(i)
                                    + ": "
                                    + new DifferentCallsException(
                                                    all.get(j).provenance(),
                                                    all.get(i).provenance())
                                            .getMessage());
                }
            }
        }
    }

    private static Provenance provenance(List<Provenance> all) {
        boolean counted = all.stream().allMatch(p -> p.samples() > 0);
        String methods =
                all.stream()
                        .flatMap(p -> p.method().stream())
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", "));
        Provenance together = all.stream().reduce(Provenance.UNKNOWN, Provenance::merge);
        return new Provenance(
                together.modelDigest(),
                together.inputs(),
                counted ? together.samples() : 0,
                Optional.of(
                        "largest amax of "
                                + all.size()
                                + " files"
                                + (methods.isEmpty() ? "" : " (" + methods + ")")),
                Optional.of(RangefinderVersion.current()),
                together.date(),
                together.cacheHeader(),
                together.call());
    }
}
