package io.rangefinder.capture.ranges;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** See {@link RangeFormat#RANGES}. */
final class AnnotatedLines implements LineFormat {

    private static final String ESCAPE = "\\";

    @Override
    public DynamicRanges read(LineReader in) throws IOException {
        HeaderLines header = new HeaderLines(in);
        TensorLines tensors = new TensorLines(in);
        for (Optional<String> line = in.next(); line.isPresent(); line = in.next()) {
            if (line.get().startsWith(HeaderLines.MARK)) {
                header.add(line.get());
            } else {
                TensorLines.NamedNumber entry = tensors.split(line.get(), "name:amax");
                tensors.add(unescape(in, entry.name()), tensors.ofAmax(entry));
            }
        }
        return tensors.build(header.build());
    }

    @Override
    public void write(DynamicRanges ranges, LineWriter out) throws IOException {
        HeaderLines.write(ranges, out);
        for (Map.Entry<String, Optional<DynamicRange>> tensor : ranges.tensors().entrySet()) {
            String name = out.name("tensor", tensor.getKey());
            out.line(escape(name) + ":" + TensorLines.print(tensor.getValue()));
        }
    }

    private static String escape(String name) {
        return mustBeEscaped(name) ? ESCAPE + name : name;
    }

    private static String unescape(LineReader in, String name) throws InvalidRangesException {
        if (!name.startsWith(ESCAPE)) {
            return name;
        }
        String unescaped = name.substring(ESCAPE.length());
        if (!mustBeEscaped(unescaped)) {
            throw in.wrong(
                    "the name "
                            + Quoted.of(name)
                            + " begins with a backslash; write two, or one before #");
        }
        return unescaped;
    }

    private static boolean mustBeEscaped(String name) {
        return name.startsWith(HeaderLines.MARK) || name.startsWith(ESCAPE);
    }
}
