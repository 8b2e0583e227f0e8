package io.rangefinder.examples.ranges;

import picocli.CommandLine.Command;

/** The verb {@code ranges}, which has verbs of its own. */
@Command(
        name = "ranges",
        description = "Show, convert and merge files of ranges.",
        subcommands = {ConvertCommand.class, ShowCommand.class, MergeCommand.class})
public final class RangesCommand {

    /** Made by picocli. */
    public RangesCommand() {}
}
