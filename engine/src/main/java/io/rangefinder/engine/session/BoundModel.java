package io.rangefinder.engine.session;

import java.util.List;

/**
 * A loaded model with static shapes. Safe from any thread.
 *
 * <p>Closing it closes its sessions: one that is running finishes first.
 */
public interface BoundModel extends AutoCloseable {

    /**
     * What the model is given.
     *
     * @return its inputs in order, every axis with a length
     */
    List<TensorDescription> inputs();

    /**
     * What the model gives.
     *
     * @return its outputs in order, every axis with a length
     */
    List<TensorDescription> outputs();

    /**
     * Which of them carry the batch, and how long it is.
     *
     * @return the layout, which fits {@link #inputs} and {@link #outputs}
     */
    BatchLayout batches();

    /**
     * Makes a session with buffers of its own. Sessions of a model may run at the same time.
     *
     * @return the session, to be closed
     * @throws ClosedSessionException if the model is closed
     * @throws ai.djl.engine.EngineException if the backend has no room for another session
     */
    BoundSession newSession();

    @Override
    void close();
}
