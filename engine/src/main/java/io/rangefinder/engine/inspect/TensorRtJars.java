package io.rangefinder.engine.inspect;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The jars of bytedeco's TensorRT 10 on this machine. Immutable.
 *
 * @param classes the Java classes, for the child's class path
 * @param natives the jars that hold native libraries for Linux on x86_64
 */
record TensorRtJars(List<Path> classes, List<Path> natives) {

    /** Names a folder that holds the jars. */
    static final String PROPERTY = "rangefinder.tensorrt10";

    static final String TENSORRT = "10.15-1.5.13";
    static final String JAVACPP = "1.5.13";
    private static final String PLATFORM = "linux-x86_64";

    private static final List<String> CLASSES =
            List.of("tensorrt-" + TENSORRT + ".jar", "javacpp-" + JAVACPP + ".jar");

    private static final List<String> NATIVES =
            List.of(
                    "tensorrt-" + TENSORRT + "-" + PLATFORM + ".jar",
                    "tensorrt-" + TENSORRT + "-" + PLATFORM + "-redist.jar",
                    "javacpp-" + JAVACPP + "-" + PLATFORM + ".jar");

    TensorRtJars {
        classes = List.copyOf(classes);
        natives = List.copyOf(natives);
    }

    /**
     * Finds the jars: in the folder that the property names and nowhere else if it is set, beside
     * the running jar, or in the local Maven repository.
     */
    static TensorRtJars find() throws InspectorUnavailableException {
        String system = System.getProperty("os.name", "");
        String machine = System.getProperty("os.arch", "");
        requirePlatform(system, machine);
        String named = System.getProperty(PROPERTY, "");
        List<Path> folders =
                named.isBlank() ? besideThisJar() : List.of(Path.of(named).toAbsolutePath());
        List<Path> lookedAt = new ArrayList<>();
        for (Path folder : folders) {
            lookedAt.add(folder);
            Optional<TensorRtJars> jars = in(file -> folder.resolve(file));
            if (jars.isPresent()) {
                return jars.get();
            }
        }
        if (named.isBlank()) {
            Path repository = mavenRepository();
            lookedAt.add(repository);
            Optional<TensorRtJars> jars = in(file -> repository.resolve(inMaven(file)));
            if (jars.isPresent()) {
                return jars.get();
            }
        }
        throw missing(lookedAt);
    }

    /** Which is the only platform that bytedeco's jars have TensorRT 10 for, Windows aside. */
    static void requirePlatform(String system, String machine)
            throws InspectorUnavailableException {
        boolean linux = system.toLowerCase(Locale.ROOT).startsWith("linux");
        if (!linux || !(machine.equals("amd64") || machine.equals("x86_64"))) {
            throw new InspectorUnavailableException(
                    "TensorRT can be asked on Linux on x86_64 only, and this is "
                            + system
                            + " on "
                            + machine
                            + "; run the command on such a machine, it needs no GPU");
        }
    }

    /** The jars of one folder, all or none. */
    private static Optional<TensorRtJars> in(UnaryOperator<Path> place) {
        List<Path> classes = CLASSES.stream().map(f -> place.apply(Path.of(f))).toList();
        List<Path> natives = NATIVES.stream().map(f -> place.apply(Path.of(f))).toList();
        boolean whole =
                Stream.concat(classes.stream(), natives.stream()).allMatch(Files::isRegularFile);
        return whole ? Optional.of(new TensorRtJars(classes, natives)) : Optional.empty();
    }

    private static Path inMaven(Path file) {
        String artifact = file.toString().startsWith("tensorrt") ? "tensorrt" : "javacpp";
        String version = artifact.equals("tensorrt") ? TENSORRT : JAVACPP;
        return Path.of("org", "bytedeco", artifact, version).resolve(file);
    }

    /** An application keeps this class's jar in its folder of libraries, or in the one above it. */
    private static List<Path> besideThisJar() {
        CodeSource source = TensorRtJars.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return List.of();
        }
        try {
            Path folder = Path.of(source.getLocation().toURI()).getParent();
            Set<Path> places = new LinkedHashSet<>();
            places.add(folder.resolve("tensorrt10"));
            places.add(folder.resolve("lib").resolve("tensorrt10"));
            return List.copyOf(places);
        } catch (URISyntaxException | IllegalArgumentException e) {
            // Not a file: there is no folder beside it.
            return List.of();
        }
    }

    private static Path mavenRepository() {
        String named = System.getProperty("maven.repo.local", "");
        return named.isBlank()
                ? Path.of(System.getProperty("user.home"), ".m2", "repository")
                : Path.of(named).toAbsolutePath();
    }

    private static InspectorUnavailableException missing(List<Path> lookedAt) {
        StringBuilder message = new StringBuilder("TensorRT ");
        message.append(TENSORRT).append(lookedAt.size() == 1 ? " is not in " : " is neither in ");
        message.append(String.join(" nor in ", lookedAt.stream().map(Path::toString).toList()));
        message.append("; get it (0.5 GB) into the local Maven repository with: ");
        List<String> commands = new ArrayList<>();
        Stream.concat(CLASSES.stream(), NATIVES.stream()).forEach(f -> commands.add(command(f)));
        return new InspectorUnavailableException(message + String.join(" && ", commands));
    }

    private static String command(String file) {
        String artifact = file.startsWith("tensorrt") ? "tensorrt" : "javacpp";
        String version = artifact.equals("tensorrt") ? TENSORRT : JAVACPP;
        String rest =
                file.substring(
                        (artifact + "-" + version).length(), file.length() - ".jar".length());
        String classifier = rest.isEmpty() ? "" : ":jar:" + rest.substring(1);
        return "mvn dependency:get -Dtransitive=false -Dartifact=org.bytedeco:"
                + artifact
                + ":"
                + version
                + classifier;
    }
}
