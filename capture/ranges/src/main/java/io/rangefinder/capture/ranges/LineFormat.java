package io.rangefinder.capture.ranges;

import java.io.IOException;

/** How one kind of file spells ranges. */
sealed interface LineFormat permits AnnotatedLines, PlainLines, CalibrationCacheLines {

    DynamicRanges read(LineReader in) throws IOException;

    void write(DynamicRanges ranges, LineWriter out) throws IOException;
}
