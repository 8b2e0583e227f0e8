package io.rangefinder.examples.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Makes one line on stderr and an exit status of what goes wrong: 2 for wrong usage, which is any
 * {@link ParameterException}, 1 for everything else. Stateless.
 */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    /** Makes the handler, which has no settings. */
    public Failures() {}

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine commandLine, ParseResult parsed) {
        return report(failure, commandLine);
    }

    /**
     * Reports that the work failed.
     *
     * @param failure what was thrown
     * @param commandLine the verb that failed
     * @return the exit status
     */
    public int report(Throwable failure, CommandLine commandLine) {
        PrintWriter err = commandLine.getErr();
        err.println(name(commandLine) + ": " + ErrorLine.of(failure));
        if (Verbosity.isVerbose(commandLine)) {
            failure.printStackTrace(err);
        }
        err.flush();
        return commandLine.getCommandSpec().exitCodeOnExecutionException();
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine commandLine = failure.getCommandLine();
        String name = name(commandLine);
        commandLine
                .getErr()
                .println(
                        name
                                + ": "
                                + ErrorLine.flat(failure.getMessage())
                                + suggestion(failure)
                                + "; see "
                                + name
                                + " --help");
        commandLine.getErr().flush();
        return commandLine.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String suggestion(ParameterException failure) {
        return failure instanceof UnmatchedArgumentException unmatched
                        && !unmatched.getSuggestions().isEmpty()
                ? " (did you mean " + unmatched.getSuggestions().get(0) + "?)"
                : "";
    }

    private static String name(CommandLine commandLine) {
        return commandLine.getCommandSpec().qualifiedName(" ");
    }
}
