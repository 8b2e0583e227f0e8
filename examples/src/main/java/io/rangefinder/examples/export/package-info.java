/** The verb {@code export}: a TorchScript archive becomes ONNX. */
package io.rangefinder.examples.export;
