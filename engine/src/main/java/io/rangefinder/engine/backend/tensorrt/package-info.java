/**
 * The backend {@code tensorrt}: DJL's TensorRT engine on an NVIDIA GPU, over what {@code
 * engine.tensorrt} brings up, builds and runs.
 */
package io.rangefinder.engine.backend.tensorrt;
