/**
 * Brings TensorRT 8.6 and DJL's engine up from Maven's jars alone, a rung at a time.
 *
 * <p>In: this machine, seen through {@code Machine}. Out: a {@code Ladder}, and, if nothing failed,
 * the libraries in this process. Native code that would abort where something is missing is only
 * called when the rungs below it have passed. Whoever wants TensorRT calls {@code TensorRt} first;
 * until its rung of the class path has passed, nothing here links to bytedeco's or DJL's classes.
 */
package io.rangefinder.engine.tensorrt.bringup;
