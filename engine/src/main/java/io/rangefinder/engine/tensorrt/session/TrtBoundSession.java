package io.rangefinder.engine.tensorrt.session;

import io.rangefinder.engine.session.BoundSession;
import io.rangefinder.engine.session.ClosedSessionException;
import io.rangefinder.engine.session.ConcurrentUseException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/** A native session, lent until it is closed. */
final class TrtBoundSession implements BoundSession {

    private final TrtBoundModel model;
    private final NativeSession lent;
    private final ReentrantLock use = new ReentrantLock();
    private volatile boolean closed;

    TrtBoundSession(TrtBoundModel model, NativeSession lent) {
        this.model = model;
        this.lent = lent;
    }

    @Override
    public ByteBuffer input(int index) {
        requireOpen();
        return lent.inputs().get(index);
    }

    @Override
    public ByteBuffer output(int index) {
        requireOpen();
        return lent.outputs().get(index);
    }

    @Override
    public void run() {
        if (!use.tryLock()) {
            requireOpen();
            throw new ConcurrentUseException(
                    "two threads use one session of "
                            + model
                            + " at the same time; give each thread a session of its own");
        }
        try {
            requireOpen();
            model.run(lent);
        } finally {
            use.unlock();
        }
    }

    @Override
    public void close() {
        use.lock();
        try {
            if (!closed) {
                closed = true;
                model.takeBack(this, lent);
            }
        } finally {
            use.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedSessionException(
                    "the session of " + model + " is closed; open another one");
        }
    }
}
