package io.rangefinder.examples.cli;

import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The option {@code --verbose} of every verb: more log, and stack traces. */
public final class Verbosity {

    private static final String NAME = "--verbose";

    private static final String LEVEL = "org.slf4j.simpleLogger.";

    @Option(
            names = NAME,
            scope = ScopeType.INHERIT,
            description = "Log what is done, and print stack traces.")
    private boolean verbose;

    /** Made by picocli. */
    public Verbosity() {}

    /**
     * Chooses what is logged. Loggers take their level when they are made, so this comes before
     * any.
     *
     * @param arguments the words of the command line
     */
    public static void setUpLogging(String[] arguments) {
        if (Arrays.asList(arguments).contains(NAME)) {
            System.setProperty(LEVEL + "defaultLogLevel", "info");
            System.setProperty(LEVEL + "log.io.rangefinder", "debug");
            System.setProperty(LEVEL + "showLogName", "true");
        }
    }

    static boolean isVerbose(CommandLine commandLine) {
        CommandLine.Model.OptionSpec option = commandLine.getCommandSpec().root().findOption(NAME);
        return option != null && Boolean.TRUE.equals(option.getValue());
    }
}
