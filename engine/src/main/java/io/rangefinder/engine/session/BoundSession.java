package io.rangefinder.engine.session;

import java.nio.ByteBuffer;

/**
 * One execution of a model at a time: fill the inputs' buffers, {@link #run}, read the outputs'.
 *
 * <p>Not for use by several threads at once; a run that finds another under way is refused. Closing
 * waits for a run that is under way. Buffers may not be touched once the session is closed.
 */
public interface BoundSession extends AutoCloseable {

    /**
     * The buffer that an input is read from at each run. It holds zeros when the session is new,
     * and runs leave it as it is.
     *
     * @param index the input's place in {@link BoundModel#inputs}
     * @return the same direct buffer at every call, in native order, of the input's size
     * @throws ClosedSessionException if the session is closed
     */
    ByteBuffer input(int index);

    /**
     * The buffer that an output is written to at each run, and overwritten by the next.
     *
     * @param index the output's place in {@link BoundModel#outputs}
     * @return the same direct buffer at every call, in native order, of the output's size
     * @throws ClosedSessionException if the session is closed
     */
    ByteBuffer output(int index);

    /**
     * Runs the model on what the inputs' buffers hold. Returns when the outputs are there.
     *
     * @throws ClosedSessionException if the session is closed
     * @throws ConcurrentUseException if another thread is running the session
     * @throws ai.djl.engine.EngineException if the backend fails
     */
    void run();

    /** Gives back what the session holds. Does nothing the second time. */
    @Override
    void close();
}
