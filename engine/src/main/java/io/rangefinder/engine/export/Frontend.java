package io.rangefinder.engine.export;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.ModelSource;
import java.io.IOException;

/**
 * From one kind of source to a graph. Found by {@link java.util.ServiceLoader}, so that a kind is
 * added by a jar on the class path. Compiled models are kept by the classes beside and below it.
 * Stateless.
 */
public interface Frontend {

    /**
     * Whether a source is of this kind.
     *
     * @param source the model
     * @return true if this makes graphs of such
     */
    boolean takes(ModelSource source);

    /**
     * Opens a model that it takes.
     *
     * @param source the model
     * @param call how it is called
     * @return the model, to be closed
     * @throws IOException if it can't be read
     * @throws MalformedModelException if it is not what it is called
     */
    ExportableModel open(ModelSource source, ModelCall call)
            throws IOException, MalformedModelException;
}
