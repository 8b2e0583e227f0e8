/** The verb {@code build}: a model and its ranges become a TensorRT plan on this machine's GPU. */
package io.rangefinder.examples.build;
