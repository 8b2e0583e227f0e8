package io.rangefinder.engine.tensorrt.plan.report;

import java.util.Locale;

/** What a layer of a plan computes in. */
public enum Precision {
    /** 8-bit integers. */
    INT8,
    /** float16. */
    FP16,
    /** float32. */
    FP32,
    /** Something else, such as the whole numbers of shapes, or TensorRT did not tell. */
    OTHER;

    /**
     * The precision that a text of the engine inspector tells, which writes them in several ways:
     * {@code Int8}, {@code Row major linear FP16 format}, {@code Float}.
     *
     * @param text a type, or a format and type
     * @return the precision
     */
    public static Precision of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("int8")) {
            return INT8;
        }
        if (lower.contains("fp16") || lower.contains("half")) {
            return FP16;
        }
        return lower.contains("fp32") || lower.contains("float") ? FP32 : OTHER;
    }
}
