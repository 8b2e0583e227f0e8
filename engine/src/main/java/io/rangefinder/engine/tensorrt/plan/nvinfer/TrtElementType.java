package io.rangefinder.engine.tensorrt.plan.nvinfer;

import org.bytedeco.tensorrt.global.nvinfer.DataType;

/**
 * An element type of TensorRT's.
 *
 * @param djlName what DJL and NumPy call it
 * @param bytes its size
 */
record TrtElementType(String djlName, int bytes) {

    static TrtElementType of(DataType type) {
        return switch (type.intern()) {
            case kFLOAT -> new TrtElementType("float32", 4);
            case kHALF -> new TrtElementType("float16", 2);
            case kINT8 -> new TrtElementType("int8", 1);
            case kINT32 -> new TrtElementType("int32", 4);
            case kBOOL -> new TrtElementType("boolean", 1);
            case kUINT8 -> new TrtElementType("uint8", 1);
            case kFP8 -> new TrtElementType("float8", 1);
        };
    }

    static boolean isFloat(DataType type) {
        DataType known = type.intern();
        return known == DataType.kFLOAT || known == DataType.kHALF;
    }
}
