/** Mutation of what the engine reads: archives to export, and ONNX. */
package io.rangefinder.engine.mutation;
