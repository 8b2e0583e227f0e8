/**
 * What building a plan calls of TensorRT, and nothing more, as interfaces without its classes.
 *
 * <p>{@code plan.nvinfer} implements them with TensorRT 8.6, each method a call; tests with a
 * stand-in that records. So the same builder runs where no device is.
 */
package io.rangefinder.engine.tensorrt.plan.network;
