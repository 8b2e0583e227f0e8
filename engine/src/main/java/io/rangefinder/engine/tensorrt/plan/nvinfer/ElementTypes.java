package io.rangefinder.engine.tensorrt.plan.nvinfer;

import org.bytedeco.tensorrt.global.nvinfer.DataType;

/**
 * An element type of TensorRT's.
 *
 * @param djlName what DJL and NumPy call it
 * @param bytes its size
 */
record ElementTypes(String djlName, int bytes) {

    static ElementTypes of(DataType type) {
        return switch (type.intern()) {
            case kFLOAT -> new ElementTypes("float32", 4);
            case kHALF -> new ElementTypes("float16", 2);
            case kINT8 -> new ElementTypes("int8", 1);
            case kINT32 -> new ElementTypes("int32", 4);
            case kBOOL -> new ElementTypes("boolean", 1);
            case kUINT8 -> new ElementTypes("uint8", 1);
            case kFP8 -> new ElementTypes("float8", 1);
        };
    }

    static boolean isFloat(DataType type) {
        DataType known = type.intern();
        return known == DataType.kFLOAT || known == DataType.kHALF;
    }
}
