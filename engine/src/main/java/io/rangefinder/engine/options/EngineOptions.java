package io.rangefinder.engine.options;

import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.engine.quantization.QuantizationOptions;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an application asked for of what all backends know, each option under its own name.
 * Immutable, hence safe from any thread.
 *
 * @param backend the name of what runs the model, or empty for the best one here
 * @param ranges the file of ranges, or empty for the one beside the model
 * @param rangesFormat what the file of ranges is, or empty if its name or content tells
 * @param arguments values of arguments that are no tensors, by name
 * @param moduleMethod the method of the source, or empty for the one that the ranges tell
 * @param onnx an ONNX of the model from elsewhere, or empty to export the source
 * @param opset the opset that a source is exported with, or empty for the one that it needs
 * @param cache the folder of compiled models, or empty for the default
 * @param threads threads for one forward pass; 0 for one a core
 * @param floatLayers ONNX names of layers to keep in float
 * @param int8Layers ONNX names of layers to run in INT8 although it gains nothing there
 * @param fp16 whether a GPU may compute in float16 what is not INT8
 * @param workspace a layer's most scratch memory on a GPU, or empty for the backend's own
 */
public record EngineOptions(
        Optional<String> backend,
        Optional<Path> ranges,
        Optional<FileFormat> rangesFormat,
        Map<String, String> arguments,
        Optional<String> moduleMethod,
        Optional<Path> onnx,
        OptionalInt opset,
        Optional<Path> cache,
        int threads,
        Set<String> floatLayers,
        Set<String> int8Layers,
        boolean fp16,
        Optional<ByteSize> workspace) {

    /** The options' names. */
    public static final List<String> NAMES = OptionNames.of(EngineOptions.class);

    /**
     * Copies sets and maps.
     *
     * @param backend the name of what runs the model
     * @param ranges the file of ranges
     * @param rangesFormat what the file of ranges is
     * @param arguments values of arguments that are no tensors
     * @param moduleMethod the method of the source
     * @param onnx an ONNX of the model from elsewhere
     * @param opset the opset that a source is exported with
     * @param cache the folder of compiled models
     * @param threads threads for one forward pass
     * @param floatLayers ONNX names of layers to keep in float
     * @param int8Layers ONNX names of layers to run in INT8 although it gains nothing
     * @param fp16 whether a GPU may compute in float16
     * @param workspace a layer's most scratch memory
     */
    public EngineOptions {
        floatLayers = Collections.unmodifiableSet(new TreeSet<>(floatLayers));
        int8Layers = Collections.unmodifiableSet(new TreeSet<>(int8Layers));
        arguments = Collections.unmodifiableMap(new TreeMap<>(arguments));
    }

    /**
     * Reads them. Whether there is a backend of the name is not looked at.
     *
     * @param texts what the application gave
     * @return the options
     * @throws IllegalArgumentException if a value is not what its option takes; the message names
     *     it
     */
    public static EngineOptions read(OptionTexts texts) {
        return new EngineOptions(
                texts.text("backend"),
                texts.path("ranges"),
                texts.named("rangesFormat", FileFormat::named),
                texts.named("arguments", ModelCall::parseArguments).orElse(Map.of()),
                texts.text("moduleMethod"),
                texts.path("onnx"),
                opset(texts),
                texts.path("cache"),
                texts.number("threads", 0, Integer.MAX_VALUE).orElse(0),
                new TreeSet<>(texts.list("floatLayers")),
                new TreeSet<>(texts.list("int8Layers")),
                texts.flag("fp16", true),
                texts.bytes("workspace"));
    }

    private static OptionalInt opset(OptionTexts texts) {
        OptionalInt opset = texts.number("opset", 13, 17);
        if (opset.isPresent() && opset.getAsInt() > 13 && opset.getAsInt() < 17) {
            throw new IllegalArgumentException(
                    "option opset must be 13 or 17 but is " + opset.getAsInt());
        }
        return opset;
    }

    /**
     * How the model is called, as far as was asked for.
     *
     * @return the method and its arguments that are no tensors
     */
    public ModelCall call() {
        return new ModelCall(moduleMethod.orElse(ModelCall.FORWARD), arguments);
    }

    /**
     * What of these concerns quantization.
     *
     * @return options that lack the target
     */
    public QuantizationOptions.Builder quantization() {
        QuantizationOptions.Builder builder = QuantizationOptions.builder().optOpset(opset);
        floatLayers.forEach(builder::addFloatLayer);
        int8Layers.forEach(builder::addInt8Layer);
        return builder;
    }
}
