package io.rangefinder.engine.tensorrt.bringup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines as proc(5) shows them in {@code /proc/self/maps}. */
class ProcessLibrariesTest {

    private static final String MAPS =
            """
            7f00-7f01 r-xp 00000000 08:01 1 /home/jos\u00e9/my libs/libnvinfer.so.8
            7f01-7f02 r--p 00001000 08:01 1 /home/jos\u00e9/my libs/libnvinfer_plugin.so.8.6.1
            7f02-7f03 r--p 00000000 08:01 2 /home/jos\u00e9/my libs/libjninvinfer.so
            7f03-7f04 rw-p 00000000 00:00 0 [heap]
            7f04-7f05 rw-p 00000000 00:00 0
            """;

    @Test
    void pathsAreReadInTheEncodingThatTheyAreWrittenIn() {
        assertEquals(
                List.of(
                        "/home/jos\u00e9/my libs/libnvinfer.so.8",
                        "/home/jos\u00e9/my libs/libnvinfer_plugin.so.8.6.1"),
                ProcessLibraries.named(
                                MAPS.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                        .toList());
    }
}
