package io.rangefinder.inspector;

import io.rangefinder.inspector.protocol.InspectionRequest;
import io.rangefinder.inspector.protocol.RecordLine;
import io.rangefinder.inspector.protocol.RecordType;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The records that the child writes, to a file of its own: TensorRT's native code prints to the
 * standard streams whenever it likes. Safe from several threads, as TensorRT logs from several.
 */
final class ReportFile {

    /** Longer fields are cut: names of fused layers may grow without end. */
    private static final int MOST_CHARACTERS = 1 << 16;

    private final BufferedWriter out;
    private long bytesLeft;

    ReportFile(Path file, long mostBytes) throws IOException {
        out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        bytesLeft = mostBytes;
        out.write(InspectionRequest.VERSION + "\n");
    }

    synchronized void add(RecordType type, String... fields) throws IOException {
        if (bytesLeft <= 0) {
            return;
        }
        List<String> all = new ArrayList<>();
        all.add(type.word());
        for (String field : fields) {
            all.add(
                    field.length() > MOST_CHARACTERS
                            ? field.substring(0, MOST_CHARACTERS) + "..."
                            : field);
        }
        String line = RecordLine.of(all);
        bytesLeft -= line.getBytes(StandardCharsets.UTF_8).length + 1;
        out.write(bytesLeft > 0 ? line : RecordType.FULL.word());
        out.write('\n');
        // Native code may end the process at any moment; what it said before must be there.
        if (type != RecordType.LOG || fields[0].compareTo(TensorRtLog.VERBOSE) < 0) {
            out.flush();
        }
    }

    synchronized void flush() throws IOException {
        out.flush();
    }
}
