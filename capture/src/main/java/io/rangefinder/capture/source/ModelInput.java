package io.rangefinder.capture.source;

import java.util.Optional;

/**
 * What a model takes.
 *
 * @param name its name
 * @param kind how it is made of arrays
 * @param required whether it must be given
 * @param obstacle why no array can be given for it and what to do, to stand behind the name of the
 *     model; empty if one can
 */
public record ModelInput(
        String name, ArgumentKind kind, boolean required, Optional<String> obstacle) {

    /**
     * An input of one array that must be given.
     *
     * @param name its name
     * @return the input
     */
    public static ModelInput tensor(String name) {
        return new ModelInput(name, ArgumentKind.TENSOR, true, Optional.empty());
    }
}
