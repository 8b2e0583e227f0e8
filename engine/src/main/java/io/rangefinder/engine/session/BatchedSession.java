package io.rangefinder.engine.session;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs batches of any size on a session of its own.
 *
 * <p>A batch longer than the model's is split; slots that the last part leaves over hold zeros, and
 * their results are cut off. Each sample is copied once into the session and each result once out
 * of it, before the next run.
 *
 * <p>Meant for one thread, as DJL's predictors are. Others wait for their turn, and a warning says
 * so once; results are never mixed. Closing waits for a run that is under way.
 */
public final class BatchedSession implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(BatchedSession.class);

    private final BoundModel model;
    private final BoundSession session;
    private final InputSlots slots;
    private final ReentrantLock turn = new ReentrantLock();
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * Opens a session.
     *
     * @param model the model, which must stay open
     * @throws IllegalArgumentException if the model's batch layout does not fit its tensors
     * @throws ClosedSessionException if the model is closed
     * @throws ai.djl.engine.EngineException if the backend has no room for another session
     */
    public BatchedSession(BoundModel model) {
        model.batches().requireFits(model.inputs(), model.outputs());
        this.model = model;
        session = model.newSession();
        slots = new InputSlots(model, session);
    }

    /**
     * Runs one batch.
     *
     * @param batch the samples
     * @param manager what the outputs belong to
     * @return the outputs, named and in order, those that carry the batch with the batch's length
     * @throws UnsuitableInputException if the batch is not of the model's size and {@link
     *     BatchLayout#obstacle} says why it must be
     * @throws ClosedSessionException if this or the model is closed
     * @throws ai.djl.engine.EngineException if the backend fails
     */
    public NDList run(Batch batch, NDManager manager) {
        model.batches().requireRunnable(batch.size());
        if (!turn.tryLock()) {
            if (warned.compareAndSet(false, true)) {
                logger.warn(
                        "several threads use one predictor and wait for each other; give each a"
                                + " predictor of its own");
            }
            turn.lock();
        }
        try {
            return runInTurn(batch, manager);
        } finally {
            turn.unlock();
        }
    }

    private NDList runInTurn(Batch batch, NDManager manager) {
        OutputArrays outputs = new OutputArrays(model, manager, batch.size());
        try {
            slots.begin(batch);
            int part = model.batches().size();
            for (int from = 0; from < batch.size(); from += part) {
                int count = Math.min(part, batch.size() - from);
                slots.fill(batch, from, count);
                session.run();
                outputs.take(session, from, count);
            }
            return outputs.finish();
        } catch (RuntimeException | Error e) {
            outputs.discard();
            throw e;
        }
    }

    @Override
    public void close() {
        turn.lock();
        try {
            session.close();
        } finally {
            turn.unlock();
        }
    }
}
