package io.rangefinder.engine.export.interpret;

/**
 * Something that can't be exported.
 *
 * @param what the operator or the construct, and why
 * @param path the path of the layer that it is in, empty for the model itself
 * @param place the file and the line of the archive's code
 */
public record Problem(String what, String path, String place) {}
