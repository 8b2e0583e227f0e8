package io.rangefinder.engine.child;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java program that is run as a {@link Child}, in a JVM that leaves nothing outside its folder.
 *
 * @param classPath what it runs with
 * @param main its main class
 * @param options the JVM's options beside those that every child gets, heap first
 * @param arguments its arguments
 */
public record JavaProgram(
        String classPath, String main, List<String> options, List<String> arguments) {

    /**
     * Copies the lists.
     *
     * @param classPath what it runs with
     * @param main its main class
     * @param options the JVM's options
     * @param arguments its arguments
     */
    public JavaProgram {
        options = List.copyOf(options);
        arguments = List.copyOf(arguments);
    }

    /**
     * The command that runs it, with the Java that runs this process.
     *
     * @param folder its folder, for temporary files and for the log of a crash
     * @return the command and its arguments
     */
    public List<String> command(Path folder) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:-CreateCoredumpOnCrash");
        command.add("-XX:ErrorFile=" + folder.resolve("crash.log"));
        command.add("-Djava.io.tmpdir=" + folder);
        command.add("-cp");
        command.add(classPath);
        command.add(main);
        command.addAll(arguments);
        return command;
    }
}
