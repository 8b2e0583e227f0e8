package io.rangefinder.examples.cli;

import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --format}: what a file of ranges is, whatever its name. */
public final class FormatOption {

    private Optional<FileFormat> format = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    /** Made by picocli. */
    public FormatOption() {}

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = {
                "What the file of ranges is, whatever its name: ranges, txt, cache, json or, to be",
                "read only, onnxruntime (its calibration.json). By default its name says so; of a",
                "file that is read also its content."
            })
    void setFormat(String word) {
        try {
            format = Optional.of(FileFormat.named(word));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(verb.commandLine(), "--format: " + e.getMessage(), e);
        }
    }

    /**
     * The format, if it was given.
     *
     * @return what the user said
     */
    public Optional<FileFormat> given() {
        return format;
    }

    /**
     * The format of a file that is there.
     *
     * @param file the file
     * @return what the user said, or else what its name or its content tells
     * @throws IOException if it can't be read, or nothing tells
     */
    public FileFormat of(Path file) throws IOException {
        return format.isPresent() ? format.get() : RangeFiles.formatOf(file);
    }

    /**
     * The format to write a file in.
     *
     * @param file the file, which need not exist
     * @return what the user said, or else what its name tells
     * @throws ParameterException if neither tells
     */
    public FileFormat toWrite(Path file) {
        if (format.filter(f -> !f.isWritten()).isPresent()) {
            throw new ParameterException(
                    verb.commandLine(),
                    "--format: " + format.get().word() + " is read only; write ranges instead");
        }
        return format.or(() -> FileFormat.ofName(file))
                .orElseThrow(
                        () ->
                                new ParameterException(
                                        verb.commandLine(),
                                        file
                                                + " must end in .ranges, .txt, .cache or .json, to"
                                                + " tell its format, or --format must"));
    }

    /**
     * Reads ranges.
     *
     * @param file the file
     * @return what it holds
     * @throws IOException if it can't be read
     */
    public DynamicRanges read(Path file) throws IOException {
        return RangeFiles.read(file, of(file));
    }
}
