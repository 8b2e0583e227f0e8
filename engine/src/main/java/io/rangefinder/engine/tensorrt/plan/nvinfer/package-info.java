/**
 * TensorRT 8.6 itself, through bytedeco's binding: each method of {@code plan.network} as the call
 * that it stands for.
 *
 * <p>The binding's classes load native libraries when they are first touched, so nothing here is to
 * be touched before TensorRT was brought up and a device is known to be there.
 */
package io.rangefinder.engine.tensorrt.plan.nvinfer;
