package io.rangefinder.examples.cli;

import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.engine.compile.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model with its ranges: the parameter {@code MODEL}, {@code --ranges} and {@code --onnx}. */
public final class RangedModel {

    @Mixin private ModelParameter model;

    @Option(
            names = "--ranges",
            required = true,
            paramLabel = "R",
            description = "The ranges: .ranges, .txt, .cache or .json, whatever their name.")
    private Path ranges;

    @Mixin private FormatOption format;

    @Mixin private CallOptions call;

    @Option(
            names = "--onnx",
            paramLabel = "M.onnx",
            description = "An ONNX of the model from elsewhere, instead of exporting the .pt.")
    private Optional<Path> onnx = Optional.empty();

    /** Made by picocli. */
    public RangedModel() {}

    /**
     * The model's file.
     *
     * @return its path
     * @throws IOException if there is no such file
     */
    public Path file() throws IOException {
        return model.file();
    }

    /**
     * The model's files.
     *
     * @return the {@code .pt} or the {@code .onnx}, or both
     * @throws IOException if there is no such file
     */
    public ModelFiles files() throws IOException {
        return ModelFiles.find(model.file(), onnx);
    }

    /**
     * The file of ranges.
     *
     * @return a path, which need not exist
     */
    public Path rangesFile() {
        return ranges;
    }

    /**
     * The format of the ranges, if it was given.
     *
     * @return what the user said
     */
    public Optional<FileFormat> format() {
        return format.given();
    }

    /**
     * How the model is called, as far as the user said.
     *
     * @return the method and its arguments
     */
    public ModelCall call() {
        return call.call();
    }

    /**
     * How the model is loaded and called.
     *
     * @return the options
     */
    public CallOptions calling() {
        return call;
    }

    /**
     * Reads the ranges, which tell how the model is called, or else the user does.
     *
     * @return the ranges
     * @throws IOException if they can't be read
     * @throws IllegalArgumentException if they were captured through another call than is asked for
     */
    public DynamicRanges ranges() throws IOException {
        return format.read(ranges).calledBy(call());
    }

    /**
     * The ONNX, if it was named.
     *
     * @return a path, which need not exist
     */
    public Optional<Path> onnx() {
        return onnx;
    }
}
