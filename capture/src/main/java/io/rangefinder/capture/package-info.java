/** Forward hooks in a TorchScript model that runs on DJL's PyTorch engine. */
package io.rangefinder.capture;
