package io.rangefinder.engine.quantization;

/**
 * Why a layer stays in float.
 *
 * @param reason in words that go on after the layer's name
 * @param byChoice whether INT8 could run it, but gains nothing
 */
record LeftInFloat(String reason, boolean byChoice) {

    static LeftInFloat unable(String reason) {
        return new LeftInFloat(reason, false);
    }

    static LeftInFloat byChoice(String reason) {
        return new LeftInFloat(reason, true);
    }
}
