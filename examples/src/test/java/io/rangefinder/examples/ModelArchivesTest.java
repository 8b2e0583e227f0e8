package io.rangefinder.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is handed out tells nothing of the machine that it was made on. */
class ModelArchivesTest {

    private static final List<Path> FOLDERS =
            List.of(
                    Path.of("models"),
                    Path.of("../capture/src/test/resources"),
                    Path.of("../capture/ranges/src/test/resources"),
                    Path.of("../engine/src/test/resources"));
    private static final Pattern PATH = Pattern.compile("/(root|home|tmp|Users)/[\\w.-]+/[\\w.-]+");

    @Test
    void noModelHoldsAPathOfTheMachineThatMadeIt() throws IOException {
        List<String> found = new ArrayList<>();
        List<Path> files = models();
        assertFalse(files.isEmpty());
        for (Path file : files) {
            if (file.toString().endsWith(".onnx")) {
                look(file.toString(), Files.readAllBytes(file), found);
                continue;
            }
            try (ZipFile zip = new ZipFile(file.toFile())) {
                for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
                    ZipEntry entry = all.nextElement();
                    String name = file + "!" + entry.getName();
                    if (name.endsWith(".debug_pkl")) {
                        found.add(name);
                    }
                    try (InputStream in = zip.getInputStream(entry)) {
                        look(name, in.readAllBytes(), found);
                    }
                }
            }
        }
        assertEquals(List.of(), found);
    }

    private static List<Path> models() throws IOException {
        List<Path> models = new ArrayList<>();
        for (Path folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(f -> f.toString().matches(".*\\.(pt|npz|onnx)")).forEach(models::add);
            }
        }
        return models;
    }

    private static void look(String name, byte[] content, List<String> found) {
        if (PATH.matcher(new String(content, StandardCharsets.ISO_8859_1)).find()) {
            found.add(name);
        }
    }
}
