package io.rangefinder.capture.ranges;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link RangeFormat#CACHE}. */
final class CalibrationCacheLines implements LineFormat {

    private static final Logger logger = LoggerFactory.getLogger(CalibrationCacheLines.class);

    /** TensorRT 8.6.1, the last version that DJL's TensorRT engine runs on. */
    static final String DEFAULT_HEADER = "TRT-8601-EntropyCalibration2";

    private static final Pattern HEADER =
            Pattern.compile("TRT-[0-9A-Za-z.]+-[0-9A-Za-z]*Calibration[0-9A-Za-z]*");

    /** TensorRT does not pad with zeros: scale 0 is {@code 0}. */
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{1,8}");

    static boolean isHeader(String text) {
        return HEADER.matcher(text).matches();
    }

    /** A first line on its way into a file. */
    static String header(String text, LineWriter out) throws InvalidRangesException {
        if (!isHeader(text)) {
            throw out.wrong(
                    "the first line of a calibration cache reads like "
                            + DEFAULT_HEADER
                            + ", but the provenance has "
                            + Quoted.of(text));
        }
        return text;
    }

    @Override
    public DynamicRanges read(LineReader in) throws IOException {
        Optional<String> first = in.next();
        String header = first.map(String::strip).orElse("");
        if (first.isPresent() && !isHeader(header) && PlainLines.isTable(header)) {
            return PlainLines.read(first, in);
        }
        if (!isHeader(header)) {
            throw in.wrong(
                    "a calibration cache begins with a line like "
                            + DEFAULT_HEADER
                            + ", but this one with "
                            + Quoted.of(header)
                            + "; is this a calibration cache?");
        }
        TensorLines tensors = new TensorLines(in);
        for (Optional<String> line = in.next(); line.isPresent(); line = in.next()) {
            TensorLines.NamedNumber entry = tensors.split(line.get(), "name: hex of the scale");
            tensors.add(entry.name(), ofScale(in, entry));
        }
        return tensors.build(
                new Provenance(
                        Optional.empty(),
                        List.of(),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(header)));
    }

    private static Optional<DynamicRange> ofScale(LineReader in, TensorLines.NamedNumber entry)
            throws InvalidRangesException {
        if (!HEX.matcher(entry.number()).matches()) {
            throw in.wrong(
                    "the scale of "
                            + Quoted.of(entry.name())
                            + " must be a float32 in at most 8 hex digits, but is "
                            + Quoted.of(entry.number()));
        }
        int bits = Integer.parseUnsignedInt(entry.number(), 16);
        if (bits == 0) {
            return Optional.empty();
        }
        float scale = Float.intBitsToFloat(bits);
        if (Float.isNaN(scale) || scale == Float.POSITIVE_INFINITY) {
            // TensorRT writes it for what overflowed while it calibrated.
            logger.warn(
                    "{}: line {}: the scale of {} is {}, so it has no range; calibrate this tensor"
                            + " again if its layer should run in INT8",
                    in.file(),
                    in.line(),
                    Quoted.of(entry.name()),
                    scale);
            return Optional.empty();
        }
        if (scale <= 0) {
            throw in.wrong(
                    "the scale of "
                            + Quoted.of(entry.name())
                            + " must not be negative, but "
                            + entry.number()
                            + " is the float32 "
                            + scale
                            + "; calibrate this tensor again, or write 0 for one without range");
        }
        return Optional.of(DynamicRange.ofScale(scale));
    }

    @Override
    public void write(DynamicRanges ranges, LineWriter out) throws IOException {
        out.line(header(ranges.provenance().cacheHeader().orElse(DEFAULT_HEADER), out));
        for (Map.Entry<String, Optional<DynamicRange>> tensor : ranges.tensors().entrySet()) {
            String name = out.name("tensor", tensor.getKey());
            out.line(name + ": " + tensor.getValue().map(CalibrationCacheLines::hex).orElse("0"));
        }
    }

    private static String hex(DynamicRange range) {
        return String.format("%08x", Float.floatToIntBits(range.scale()));
    }
}
