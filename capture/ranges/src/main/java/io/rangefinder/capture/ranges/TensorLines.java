package io.rangefinder.capture.ranges;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Gathers lines {@code name:number} into ranges, and says what is wrong with one. */
final class TensorLines {

    static final int MAX_TENSORS = 1_000_000;

    /** What TensorRT's tools and people write; not Java's own {@code 1d}, {@code 0x1p3}, NaN. */
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][+-]?[0-9]++)?");

    /** Said as zero: 1e-400 is zero in double precision too, but somebody meant another number. */
    private static final Pattern ZERO = Pattern.compile("[+-]?[0.]++(?:[eE].*)?");

    private final LineReader in;
    private final Map<String, Integer> lineOf = new HashMap<>();
    private final DynamicRanges.Builder ranges = DynamicRanges.builder();

    TensorLines(LineReader in) {
        this.in = in;
    }

    /** The two parts of a line, which others' names force to be split at the last colon. */
    record NamedNumber(String name, String number) {}

    /**
     * A line {@code name amax} of the table that ONNX Runtime's calibration writes. Names may hold
     * colons and spaces: what stands behind a colon is no number then.
     */
    static Optional<NamedNumber> table(String line) {
        String text = line.strip();
        int space = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
        String behindColon = text.substring(text.lastIndexOf(':') + 1).strip();
        boolean table =
                space > 0
                        && DECIMAL.matcher(text.substring(space + 1)).matches()
                        && (text.indexOf(':') < 0 || !DECIMAL.matcher(behindColon).matches());
        return table
                ? Optional.of(
                        new NamedNumber(
                                text.substring(0, space).strip(), text.substring(space + 1)))
                : Optional.empty();
    }

    /** Whether a line is {@code name:amax}. */
    static boolean isPair(String line) {
        int colon = line.lastIndexOf(':');
        return colon > 0 && DECIMAL.matcher(line.substring(colon + 1).strip()).matches();
    }

    NamedNumber split(String line, String expected) throws InvalidRangesException {
        int colon = line.lastIndexOf(':');
        if (colon < 0) {
            throw in.wrong(
                    "no colon in "
                            + Quoted.of(line)
                            + "; a line is "
                            + expected
                            + "; is this a range file?");
        }
        return new NamedNumber(line.substring(0, colon), line.substring(colon + 1).strip());
    }

    void add(String name, Optional<DynamicRange> range) throws InvalidRangesException {
        if (name.isEmpty()) {
            throw in.wrong("no name before the colon; write the tensor's name there");
        }
        if (LineText.holdsForbidden(name)) {
            throw in.wrong(
                    "the name "
                            + Quoted.of(name)
                            + " holds "
                            + LineText.FORBIDDEN
                            + "; is this a range file?");
        }
        if (lineOf.size() == MAX_TENSORS) {
            throw in.wrong(
                    "more than " + MAX_TENSORS + " tensors, the most that is read; split the file");
        }
        Integer earlier = lineOf.putIfAbsent(name, in.line());
        if (earlier != null) {
            throw in.wrong(
                    Quoted.of(name)
                            + " was given on line "
                            + earlier
                            + " already; remove one of the two lines");
        }
        range.ifPresentOrElse(r -> ranges.add(name, r), () -> ranges.addWithoutRange(name));
    }

    /** The range of an amax in decimal; none if it is 0. */
    Optional<DynamicRange> ofAmax(NamedNumber entry) throws InvalidRangesException {
        String number = entry.number();
        if (!DECIMAL.matcher(number).matches()) {
            throw in.wrong(
                    "the amax of "
                            + Quoted.of(entry.name())
                            + " must be a finite decimal number, but is "
                            + Quoted.of(number));
        }
        double amax = Double.parseDouble(number);
        if (amax < 0) {
            throw in.wrong(
                    "the amax of "
                            + Quoted.of(entry.name())
                            + " is negative: "
                            + Quoted.of(number)
                            + "; a range is [-amax, amax], so write max(|min|, |max|)");
        }
        if (ZERO.matcher(number).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DynamicRange(amax));
        } catch (IllegalArgumentException e) {
            throw in.wrong(
                    "the amax of "
                            + Quoted.of(entry.name())
                            + " is beyond what a float32 scale can hold: "
                            + Quoted.of(number)
                            + "; correct it, or write 0 for a tensor without range");
        }
    }

    DynamicRanges build(Provenance provenance) {
        return ranges.optProvenance(provenance).build();
    }

    /** An amax as every text format prints it: read back, it is the same double. */
    static String print(Optional<DynamicRange> range) {
        return Double.toString(range.map(DynamicRange::amax).orElse(0.0));
    }
}
