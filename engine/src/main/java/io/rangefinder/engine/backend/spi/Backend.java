package io.rangefinder.engine.backend.spi;

import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.options.OptionTexts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What executes INT8 models. Safe for use from several threads.
 *
 * <p>A backend of an application's own is a class with a public constructor without parameters, and
 * a line with its name in {@code META-INF/services/io.rangefinder.engine.backend.spi.Backend}. It
 * runs where the option {@code backend} names it.
 */
public interface Backend {

    /**
     * Its name in the option {@code backend} and on the command line.
     *
     * @return lower case; several backends may share it, and their options tell them apart
     */
    String id();

    /**
     * What tells it from another backend of the same name.
     *
     * @return such as {@code provider cuda}, or empty for one that has the name alone
     */
    default Optional<String> variant() {
        return Optional.empty();
    }

    /**
     * The options that make an application's choice fall on it.
     *
     * @return values by the options' names
     */
    default Map<String, String> asOptions() {
        return Map.of("backend", id());
    }

    /**
     * The options that it reads beside {@link io.rangefinder.engine.options.EngineOptions}.
     *
     * @return their names
     */
    default List<String> ownOptions() {
        return List.of();
    }

    /**
     * Reads its own options only to see whether it could: a wrong value is refused whichever
     * backend runs.
     *
     * @param options what the application gave
     * @throws IllegalArgumentException if a value is not what its option takes; the message names
     *     the option
     */
    default void checkOptions(OptionTexts options) {}

    /**
     * Whether it is this one that was asked for.
     *
     * @param request what was asked for
     * @return true if its name was given, and no option is for another of the same name
     */
    default boolean isAskedFor(Request request) {
        return request.names(id());
    }

    /**
     * What it needs of this machine, and what of it is there.
     *
     * @param gpu the GPU's number, from 0, for what runs on one
     * @return the rungs; nothing is thrown and nothing ends the JVM
     */
    Ladder ladder(int gpu);

    /**
     * Loads a model, on a machine where no rung failed.
     *
     * @param model the model and its ranges
     * @param request what the application asked for
     * @return the loaded model, to be closed
     * @throws IOException if a file can't be read, or the cache can't be written
     * @throws MalformedModelException if model and ranges do not fit, or it can't run the model
     */
    LoadedModel load(ModelAndRanges model, Request request)
            throws IOException, MalformedModelException;

    /**
     * What is thrown where it was asked for and cannot run.
     *
     * @param failed its ladder
     * @return an exception that says why and what to do
     */
    default EngineException refusal(Ladder failed) {
        return new BackendUnavailableException(
                "backend " + id() + " cannot run here: " + failed.problem().orElseThrow());
    }

    /**
     * What to tell of it where another runs instead, nobody having asked for that one.
     *
     * @param failed its ladder
     * @return why it does not run, or empty if nobody would expect it to
     */
    default Optional<String> whyPassedOver(Ladder failed) {
        return failed.problem();
    }

    /**
     * What to tell where it runs in place of better ones.
     *
     * @param better those that cannot run here, the best first
     * @return why it is not a better one and what to do, or empty if it is as good
     */
    default Optional<String> remark(List<PassedOver> better) {
        return Optional.empty();
    }
}
