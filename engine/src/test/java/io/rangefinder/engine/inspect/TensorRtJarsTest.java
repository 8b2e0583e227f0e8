package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorRtJarsTest {

    private static final List<String> JARS =
            List.of(
                    "tensorrt-10.15-1.5.13.jar",
                    "javacpp-1.5.13.jar",
                    "tensorrt-10.15-1.5.13-linux-x86_64.jar",
                    "tensorrt-10.15-1.5.13-linux-x86_64-redist.jar",
                    "javacpp-1.5.13-linux-x86_64.jar");

    @TempDir Path folder;

    private final Map<String, String> before = new HashMap<>();

    private void set(String property, String value) {
        before.putIfAbsent(property, System.getProperty(property, ""));
        System.setProperty(property, value);
    }

    @AfterEach
    void restore() {
        before.forEach(
                (property, value) -> {
                    if (value.isEmpty()) {
                        System.clearProperty(property);
                    } else {
                        System.setProperty(property, value);
                    }
                });
    }

    @Test
    void theFolderThatIsNamedHoldsThem() throws Exception {
        for (String jar : JARS) {
            Files.createFile(folder.resolve(jar));
        }
        set(TensorRtJars.PROPERTY, folder.toString());
        TensorRtJars jars = TensorRtJars.find();
        assertEquals(
                List.of(folder.resolve(JARS.get(0)), folder.resolve(JARS.get(1))), jars.classes());
        assertEquals(JARS.subList(2, 5).stream().map(folder::resolve).toList(), jars.natives());
    }

    @Test
    void theLocalMavenRepositoryHoldsThem() throws Exception {
        makeInMaven(JARS);
        set(TensorRtJars.PROPERTY, "");
        set("maven.repo.local", folder.toString());
        Path tensorRt = folder.resolve("org/bytedeco/tensorrt/10.15-1.5.13");
        assertEquals(tensorRt.resolve(JARS.get(0)), TensorRtJars.find().classes().get(0));
    }

    private void makeInMaven(List<String> jars) throws IOException {
        for (String jar : jars) {
            String version =
                    jar.startsWith("tensorrt") ? "tensorrt/10.15-1.5.13" : "javacpp/1.5.13";
            Path place = folder.resolve("org/bytedeco").resolve(version);
            Files.createDirectories(place);
            Files.createFile(place.resolve(jar));
        }
    }

    @Test
    void oneThatIsMissingIsAnErrorWithTheCommandsThatGetThem() throws Exception {
        makeInMaven(JARS.subList(0, 4));
        set(TensorRtJars.PROPERTY, "");
        set("maven.repo.local", folder.toString());
        String message =
                assertThrows(InspectorUnavailableException.class, TensorRtJars::find).getMessage();
        assertTrue(message.contains(folder.toString()), message);
        assertTrue(
                message.contains(
                        "mvn dependency:get -Dtransitive=false"
                            + " -Dartifact=org.bytedeco:tensorrt:10.15-1.5.13:jar:linux-x86_64-redist"),
                message);
        assertTrue(
                message.endsWith("-Dartifact=org.bytedeco:javacpp:1.5.13:jar:linux-x86_64"),
                message);
        assertEquals(5, message.split("dependency:get", -1).length - 1);
    }

    @Test
    void theNamedFolderIsTheOnlyOneThatCounts() {
        set(TensorRtJars.PROPERTY, folder.toString());
        String message =
                assertThrows(InspectorUnavailableException.class, TensorRtJars::find).getMessage();
        assertTrue(message.contains("is not in " + folder + ";"), message);
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, amd64", "Mac OS X, aarch64", "Linux, aarch64", "Linux, i386"})
    void otherPlatformsAreNamed(String system, String machine) {
        String message =
                assertThrows(
                                InspectorUnavailableException.class,
                                () -> TensorRtJars.requirePlatform(system, machine))
                        .getMessage();
        assertTrue(message.contains(system + " on " + machine), message);
    }

    /** The build brings these versions; whoever changes them there must change them here. */
    @Test
    void theVersionsAreTheBuilds() throws Exception {
        String pom = Files.readString(Path.of("../pom.xml"));
        assertTrue(pom.contains("<javacpp10.version>" + TensorRtJars.JAVACPP + "<"));
        String tensorRt =
                TensorRtJars.TENSORRT.replace(TensorRtJars.JAVACPP, "${javacpp10.version}");
        assertTrue(pom.contains("<tensorrt10.version>" + tensorRt + "<"));
    }
}
