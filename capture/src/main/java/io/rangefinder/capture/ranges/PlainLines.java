package io.rangefinder.capture.ranges;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** See {@link RangeFormat#TEXT}. */
final class PlainLines implements LineFormat {

    @Override
    public DynamicRanges read(LineReader in) throws IOException {
        return read(in.next(), in);
    }

    /** Reads on from a line that was read already. */
    static DynamicRanges read(Optional<String> first, LineReader in) throws IOException {
        TensorLines tensors = new TensorLines(in);
        boolean isTable = first.filter(PlainLines::isTable).isPresent();
        for (Optional<String> line = first; line.isPresent(); line = in.next()) {
            Optional<TensorLines.NamedNumber> table =
                    isTable ? TensorLines.table(line.get()) : Optional.empty();
            TensorLines.NamedNumber entry =
                    table.isPresent() ? table.get() : tensors.split(line.get(), "name:amax");
            tensors.add(entry.name(), tensors.ofAmax(entry));
        }
        return tensors.build(Provenance.UNKNOWN);
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
