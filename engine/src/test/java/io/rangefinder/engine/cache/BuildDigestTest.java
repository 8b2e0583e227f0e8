package io.rangefinder.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One class of a build, in jars and folders beside files that are changed. */
class BuildDigestTest {

    private static final String CLASS = ContentKey.class.getName().replace('.', '/') + ".class";

    @TempDir private Path folder;

    private Map<String, byte[]> build(String code) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (InputStream in = ContentKey.class.getResourceAsStream("/" + CLASS)) {
            files.put(CLASS, in.readAllBytes());
        }
        files.put("io/rangefinder/Other.class", code.getBytes(StandardCharsets.UTF_8));
        files.put("com/somebody/Else.class", new byte[] {1});
        return files;
    }

    private Path jar(String name, Map<String, byte[]> files) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return jar;
    }

    private Path classes(String name, Map<String, byte[]> files) throws IOException {
        Path classes = folder.resolve(name);
        for (Map.Entry<String, byte[]> entry : files.entrySet()) {
            Path file = classes.resolve(entry.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, entry.getValue());
        }
        return classes;
    }

    private static String digest(Path place) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {place.toUri().toURL()}, null)) {
            Class<?> type = loader.loadClass(ContentKey.class.getName());
            return BuildDigest.of("io/rangefinder", "1.0", type);
        }
    }

    @Test
    void changedCodeOfTheSameVersionIsAnotherBuildInAJar() throws Exception {
        String first = digest(jar("a.jar", build("code")));
        assertEquals(first, digest(jar("b.jar", build("code"))), "the name does not count");
        assertNotEquals(first, digest(jar("c.jar", build("edoc"))));
    }

    @Test
    void changedCodeOfTheSameVersionIsAnotherBuildInAFolder() throws Exception {
        String first = digest(classes("a", build("code")));
        assertEquals(first, digest(classes("b", build("code"))));
        assertNotEquals(first, digest(classes("c", build("edoc"))));
    }

    @Test
    void othersCodeInTheSameJarDoesNotCount() throws Exception {
        Map<String, byte[]> build = build("code");
        String first = digest(jar("a.jar", build));
        build.put("com/somebody/Else.class", new byte[] {2});
        assertEquals(first, digest(jar("b.jar", build)));
    }

    @Test
    void whatComesFromNeitherIsToldByVersion() {
        // A class of the platform comes from no jar.
        String one = BuildDigest.of("java/lang", "1.0", String.class);
        assertTrue(one.matches("[0-9a-f]{64}"), one);
        assertNotEquals(one, BuildDigest.of("java/lang", "1.1", String.class));
    }
}
