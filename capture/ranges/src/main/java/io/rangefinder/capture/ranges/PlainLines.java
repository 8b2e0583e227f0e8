package io.rangefinder.capture.ranges;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link RangeFormat#TEXT}. */
final class PlainLines implements LineFormat {

    private static final Logger logger = LoggerFactory.getLogger(PlainLines.class);

    @Override
    public DynamicRanges read(LineReader in) throws IOException {
        return read(in.next(), in);
    }

    /** Reads on from a line that was read already. */
    static DynamicRanges read(Optional<String> first, LineReader in) throws IOException {
        TensorLines tensors = new TensorLines(in);
        boolean isTable = first.filter(PlainLines::isTable).isPresent();
        if (isTable) {
            logger.warn(
                    "{}: newer versions of ONNX Runtime write the greater of a tensor's lowest and"
                        + " highest there, which is too little for one that reaches further below"
                        + " zero, unless it was calibrated with symmetric=True; where it is"
                        + " negative, the tensor has no range; give the calibration.json that is"
                        + " written beside it, which has both",
                    in.file());
        }
        for (Optional<String> line = first; line.isPresent(); line = in.next()) {
            Optional<TensorLines.NamedNumber> table =
                    isTable ? TensorLines.table(line.get()) : Optional.empty();
            TensorLines.NamedNumber entry =
                    table.isPresent() ? table.get() : tensors.split(line.get(), "name:amax");
            tensors.add(entry.name(), isLost(table) ? Optional.empty() : tensors.ofAmax(entry));
        }
        return tensors.build(Provenance.UNKNOWN);
    }

    /** Below zero throughout: the table has but the highest, which says nothing of the lowest. */
    private static boolean isLost(Optional<TensorLines.NamedNumber> table) {
        return table.filter(t -> t.number().startsWith("-")).isPresent();
    }

    /** Whether a line is one of ONNX Runtime's calibration table, {@code name amax}. */
    static boolean isTable(String line) {
        return TensorLines.table(line).isPresent();
    }

    @Override
    public void write(DynamicRanges ranges, LineWriter out) throws IOException {
        for (Map.Entry<String, Optional<DynamicRange>> tensor : ranges.tensors().entrySet()) {
            String name = out.name("tensor", tensor.getKey());
            out.line(name + ":" + TensorLines.print(tensor.getValue()));
        }
    }
}
