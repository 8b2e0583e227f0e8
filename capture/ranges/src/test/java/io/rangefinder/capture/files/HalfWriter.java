package io.rangefinder.capture.files;

import java.io.IOException;
import java.nio.file.Path;

/** A process that writes half of a file, says so, and is killed or goes on when it is told to. */
final class HalfWriter {

    private HalfWriter() {}

    public static void main(String[] arguments) throws IOException {
        AtomicFile.write(
                Path.of(arguments[0]),
                out -> {
                    out.write(new byte[1 << 20]);
                    out.flush();
                    System.out.println("half");
                    System.out.flush();
                    if (System.in.read() < 0) {
                        Runtime.getRuntime().halt(1);
                    }
                });
    }
}
