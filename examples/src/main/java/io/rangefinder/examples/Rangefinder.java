package io.rangefinder.examples;

import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.examples.benchmark.BenchmarkCommand;
import io.rangefinder.examples.build.BuildCommand;
import io.rangefinder.examples.capture.CaptureCommand;
import io.rangefinder.examples.cli.Failures;
import io.rangefinder.examples.cli.Verbosity;
import io.rangefinder.examples.compare.CompareCommand;
import io.rangefinder.examples.doctor.DoctorCommand;
import io.rangefinder.examples.export.ExportCommand;
import io.rangefinder.examples.inspect.InspectCommand;
import io.rangefinder.examples.quantize.QuantizeCommand;
import io.rangefinder.examples.ranges.RangesCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;

/**
 * The command line. A verb is a class with {@link Command}, named among the subcommands here, that
 * throws what goes wrong: {@link Failures} makes one line and an exit status of it.
 */
@Command(
        name = "rangefinder",
        description = "INT8 inference for PyTorch models in the JVM, without Python.",
        subcommands = {
            CaptureCommand.class,
            RangesCommand.class,
            ExportCommand.class,
            QuantizeCommand.class,
            BuildCommand.class,
            InspectCommand.class,
            CompareCommand.class,
            DoctorCommand.class,
            BenchmarkCommand.class
        },
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Rangefinder.Version.class,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:the work failed", "2:wrong usage"})
public final class Rangefinder {

    /** What shells give for a program that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    @Mixin private Verbosity verbosity;

    private Rangefinder() {}

    /** Prints the version that ranges carry, too. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"rangefinder " + RangefinderVersion.current()};
        }
    }

    /**
     * Runs a verb and ends the process: status 0 if done, 1 if the work failed, 2 for wrong usage.
     *
     * @param arguments the words after {@code java -jar rangefinder.jar}
     */
    public static void main(String[] arguments) {
        Verbosity.setUpLogging(arguments);
        CommandLine commandLine = commandLine();
        // PyTorch crashes if the process ends in order while a model runs, as it does on Ctrl-C.
        Thread interruption = new Thread(() -> Runtime.getRuntime().halt(INTERRUPTED));
        Runtime.getRuntime().addShutdownHook(interruption);
        int status;
        try {
            status = commandLine.execute(arguments);
        } catch (OutOfMemoryError | LinkageError e) {
            status = new Failures().report(e, commandLine);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(interruption);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook decides how.
            return;
        }
        System.exit(status);
    }

    /**
     * The command line, for this process or for a test.
     *
     * @return a new one, whose streams may be set
     */
    public static CommandLine commandLine() {
        Failures failures = new Failures();
        return new CommandLine(new Rangefinder())
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }
}
