package io.rangefinder.engine;

/**
 * The engine's name and its options. All of them are in {@link
 * io.rangefinder.engine.options.EngineOptions}, and those of one backend in its package.
 *
 * <pre>{@code
 * Criteria<Image, Classifications> criteria = Criteria.builder()
 *         .setTypes(Image.class, Classifications.class)
 *         .optModelPath(Paths.get("resnet50.pt"))   // resnet50.ranges beside it
 *         .optEngine(Int8.ENGINE)
 *         .build();
 * }</pre>
 */
public final class Int8 {

    /** The engine's name in {@code Criteria}. */
    public static final String ENGINE = "Int8";

    /**
     * Option: the backend's name, see {@link io.rangefinder.engine.backend.Backends}; the best one
     * here by default.
     */
    public static final String OPTION_BACKEND = "backend";

    /** Option: the file of ranges; by default {@code NAME.ranges} beside the model. */
    public static final String OPTION_RANGES = "ranges";

    /**
     * Option: what the file of ranges is, {@code ranges}, {@code txt}, {@code cache} or {@code
     * json}; by default its name or its content tells.
     */
    public static final String OPTION_RANGES_FORMAT = "rangesFormat";

    /**
     * Option: values of arguments that are no tensors, such as {@code rate=16000}, where the ranges
     * don't tell them, as those of the engine {@code RangeCapture} do.
     */
    public static final String OPTION_ARGUMENTS = "arguments";

    /**
     * Option: the method of the source to run, where the ranges don't tell it, as those of the
     * engine {@code RangeCapture} do; {@code forward} by default.
     */
    public static final String OPTION_MODULE_METHOD = "moduleMethod";

    /** Option: an ONNX of the model from elsewhere, instead of exporting the source. */
    public static final String OPTION_ONNX = "onnx";

    /**
     * Option: the opset that a source is exported with, 13 or 17; by default 13, or 17 where the
     * model needs it.
     */
    public static final String OPTION_OPSET = "opset";

    /** Option: the folder that compiled models are kept in. */
    public static final String OPTION_CACHE = "cache";

    /** Option: the number of threads for one forward pass; 0, the default, for one a core. */
    public static final String OPTION_THREADS = "threads";

    /** Option: ONNX names of layers to keep in float, with commas between. */
    public static final String OPTION_FLOAT_LAYERS = "floatLayers";

    /** Option: ONNX names of layers to run in INT8 even where it gains nothing. */
    public static final String OPTION_INT8_LAYERS = "int8Layers";

    /**
     * Option of the backend {@code onnxruntime}: {@code tensorrt}, {@code cuda} or {@code cpu}; by
     * default the CPU, or with {@code optDevice(Device.gpu(0))} the best of that GPU.
     */
    public static final String OPTION_PROVIDER = "provider";

    /** Option: whether a GPU may compute in float16 what is not INT8; true by default. */
    public static final String OPTION_FP16 = "fp16";

    /** Option: a layer's most scratch memory on a GPU, in bytes or with K, M or G behind. */
    public static final String OPTION_WORKSPACE = "workspace";

    /** Property of a loaded model: which layers are in INT8, for people. */
    public static final String PROPERTY_COVERAGE = "coverage";

    private Int8() {}
}
