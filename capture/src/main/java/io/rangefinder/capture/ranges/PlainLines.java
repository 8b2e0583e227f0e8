package io.rangefinder.capture.ranges;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** See {@link RangeFormat#TEXT}. */
final class PlainLines implements LineFormat {

    @Override
    public DynamicRanges read(LineReader in) throws IOException {
        TensorLines tensors = new TensorLines(in);
        for (Optional<String> line = in.next(); line.isPresent(); line = in.next()) {
            TensorLines.NamedNumber entry = tensors.split(line.get(), "name:amax");
            tensors.add(entry.name(), tensors.ofAmax(entry));
        }
        return tensors.build(Provenance.UNKNOWN);
    }

    @Override
    public void write(DynamicRanges ranges, LineWriter out) throws IOException {
        for (Map.Entry<String, Optional<DynamicRange>> tensor : ranges.tensors().entrySet()) {
            String name = out.name("tensor", tensor.getKey());
            out.line(name + ":" + TensorLines.print(tensor.getValue()));
        }
    }
}
