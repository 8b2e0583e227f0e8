package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import io.rangefinder.engine.export.symbolic.WeightView;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Where the weights of a source are, until they are written: storages of elements, which views
 * choose from. What it says of them is not trusted; {@link StorageReader} checks it. Not safe for
 * use from several threads.
 */
public interface WeightStore {

    /**
     * What messages call it.
     *
     * @return the source's name
     */
    String name();

    /**
     * Opens a storage.
     *
     * @param view a view of it
     * @return its bytes from its first element, little-endian; to be closed
     * @throws MalformedModelException if there is no such storage
     * @throws IOException if it can't be read
     */
    InputStream open(WeightView view) throws IOException, MalformedModelException;

    /**
     * How much of a storage is there for sure.
     *
     * @param view a view of it
     * @return a number of bytes that may be allocated before they are read
     */
    default long held(WeightView view) {
        return 0;
    }

    /**
     * Whether a storage can be what it says.
     *
     * @param view a view of it
     * @param bytes how many bytes of it the view spans
     * @return what is wrong, to stand behind the name of the weight; empty if nothing is
     */
    default Optional<String> implausible(WeightView view, long bytes) {
        return Optional.empty();
    }

    /**
     * What is thrown if a weight is not where its view says.
     *
     * @param message what is wrong with which weight, and what to do
     * @return the exception of this kind of source
     */
    default MalformedModelException refusal(String message) {
        return new MalformedModelException(message);
    }
}
