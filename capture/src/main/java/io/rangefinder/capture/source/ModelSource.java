package io.rangefinder.capture.source;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.ranges.ModelCall;
import java.io.IOException;
import java.util.List;

/**
 * A model as its user has it, in whatever form: a file, or what is in memory. It can be observed,
 * and a frontend of its kind makes a graph of it.
 *
 * <p>Opening one reads nothing yet: what a source is not able to give, it says when it is asked.
 * Safe from any thread.
 */
public interface ModelSource {

    /**
     * What messages call it.
     *
     * @return the file's path, or what else tells the user which model it is
     */
    String name();

    /**
     * Names its content in files of ranges and statistics: other content, another digest.
     *
     * @return the algorithm, a colon and hex digits: {@code sha256:} and 64 of them
     * @throws IOException if it can't be read
     * @throws MalformedModelException if it is no such model
     */
    String digest() throws IOException, MalformedModelException;

    /**
     * What it takes.
     *
     * @param call how it is called; an argument that has a value there is no input
     * @return its inputs in order
     * @throws IOException if it can't be read
     * @throws MalformedModelException if it is no such model, or can't be called so
     */
    List<ModelInput> inputs(ModelCall call) throws IOException, MalformedModelException;

    /**
     * Loads it so that forward passes are observed.
     *
     * @param options where it is loaded and what is observed
     * @return the loaded model, to be closed
     * @throws IOException if it can't be read
     * @throws MalformedModelException if it is no such model
     * @throws IllegalArgumentException if it has no such argument as the options give a value
     */
    ObservedModel observe(ObservationOptions options) throws IOException, MalformedModelException;
}
