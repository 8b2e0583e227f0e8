package io.rangefinder.engine.tensorrt.session;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import io.rangefinder.engine.session.BatchLayout;
import io.rangefinder.engine.session.BoundModel;
import io.rangefinder.engine.session.BoundSession;
import io.rangefinder.engine.session.ClosedSessionException;
import io.rangefinder.engine.session.TensorDescription;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * A TensorRT plan on a device, run by the native layer of DJL's TensorRT engine. Safe from any
 * thread; sessions run at the same time.
 *
 * <p>A native session is not deleted when its {@link BoundSession} is closed but lent again,
 * because DJL's native layer never frees a session's execution context. A model so takes the device
 * memory of as many sessions as were ever open at once. Their buffers are freed when the model is
 * closed, their contexts when the process ends.
 *
 * <p>Once TensorRT has failed in a run, the model is not run again: what CUDA reports at the next
 * call after most failures would make DJL's native layer end the process.
 */
public final class TrtBoundModel implements BoundModel {

    /** CUDA takes some memory of its own with each context and kernel. */
    private static final long RESERVE = 64L << 20;

    private final TrtNative trt;
    private final String name;
    private final PlanSignature plan;
    private final LongSupplier freeBytes;
    private final long handle;
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

    // Guarded by this.
    private final Deque<NativeSession> idle = new ArrayDeque<>();
    private final Set<TrtBoundSession> lent = new LinkedHashSet<>();
    private boolean closed;

    private TrtBoundModel(
            TrtNative trt, String name, PlanSignature plan, LongSupplier freeBytes, long handle) {
        this.trt = trt;
        this.name = name;
        this.plan = plan;
        this.freeBytes = freeBytes;
        this.handle = handle;
    }

    /**
     * Loads a plan, and makes its first session to see that it runs.
     *
     * <p>TensorRT's libraries and DJL's engine must be loaded, and the device be known to exist and
     * to work: DJL's native layer ends the process where it does not.
     *
     * @param plan the plan file, built by the very TensorRT and for the very device
     * @param description what the builder of the plan knows of it
     * @param device CUDA's number of the device, from 0
     * @param freeBytes asks for the device's free memory in bytes; it is asked before each
     *     allocation, and may throw an {@link EngineException} if the device no longer answers
     * @return the model, to be closed
     * @throws UnsuitablePlanException if TensorRT refuses the file, or it is not the plan that the
     *     description tells of
     * @throws DeviceMemoryException if the device has too little free memory
     * @throws IOException if the file can't be read
     * @throws IllegalArgumentException if {@code device} is negative
     */
    public static TrtBoundModel load(
            Path plan, PlanSignature description, int device, LongSupplier freeBytes)
            throws IOException, UnsuitablePlanException {
        return load(DjlTrtNative.INSTANCE, plan, description, device, freeBytes);
    }

    static TrtBoundModel load(
            TrtNative trt, Path plan, PlanSignature description, int device, LongSupplier freeBytes)
            throws IOException, UnsuitablePlanException {
        if (device < 0) {
            throw new IllegalArgumentException("there is no GPU of number " + device);
        }
        if (!Files.isRegularFile(plan) || !Files.isReadable(plan)) {
            throw new FileNotFoundException("plan " + plan + " is not a file that can be read");
        }
        long weights = Files.size(plan);
        if (weights == 0) {
            throw new UnsuitablePlanException("plan " + plan + " is empty; build it anew");
        }
        synchronized (trt) {
            requireMemory("plan " + plan, weights + description.sessionBytes(), freeBytes);
            long handle;
            try {
                handle = trt.loadPlan(plan, device, description.dlaCore());
            } catch (EngineException e) {
                throw new UnsuitablePlanException(
                        "TensorRT refuses plan "
                                + plan
                                + " ("
                                + e.getMessage()
                                + "); build it anew with this TensorRT on this GPU",
                        e);
            }
            return open(new TrtBoundModel(trt, plan.toString(), description, freeBytes, handle));
        }
    }

    private static TrtBoundModel open(TrtBoundModel model) throws UnsuitablePlanException {
        try {
            model.requireDescribed();
            model.newSession().close();
            return model;
        } catch (DeviceMemoryException e) {
            model.close();
            throw e;
        } catch (EngineException | UnsupportedOperationException e) {
            model.close();
            throw new UnsuitablePlanException("plan " + model.name + ": " + e.getMessage(), e);
        } catch (UnsuitablePlanException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /**
     * Names and types are known without a session. Types unknown to DJL make it throw. TensorRT
     * keeps no order, and all is bound by name.
     */
    private void requireDescribed() throws UnsuitablePlanException {
        requireSame("inputs", plan.inputs(), trt.inputNames(handle), trt.inputTypes(handle));
        requireSame("outputs", plan.outputs(), trt.outputNames(handle), trt.outputTypes(handle));
    }

    private void requireSame(
            String what, List<TensorDescription> described, String[] names, DataType[] types)
            throws UnsuitablePlanException {
        Set<String> actual = new TreeSet<>();
        for (int i = 0; i < Math.min(names.length, types.length); i++) {
            actual.add(names[i] + " " + types[i]);
        }
        Set<String> expected =
                described.stream()
                        .map(t -> t.name() + " " + t.type())
                        .collect(Collectors.toCollection(TreeSet::new));
        if (!actual.equals(expected)) {
            throw new UnsuitablePlanException(
                    "plan "
                            + name
                            + " has the "
                            + what
                            + " "
                            + actual
                            + ", not "
                            + expected
                            + " as its description says; build the plan anew");
        }
    }

    private static void requireMemory(String what, long bytes, LongSupplier freeBytes) {
        long needed = Math.addExact(bytes, RESERVE);
        long free = freeBytes.getAsLong();
        if (free < needed) {
            throw new DeviceMemoryException(what, needed, free);
        }
    }

    @Override
    public List<TensorDescription> inputs() {
        return plan.inputs();
    }

    @Override
    public List<TensorDescription> outputs() {
        return plan.outputs();
    }

    @Override
    public BatchLayout batches() {
        return plan.batches();
    }

    /**
     * {@inheritDoc}
     *
     * @throws DeviceMemoryException if the device has too little free memory
     * @throws EngineException if TensorRT has failed in an earlier run
     */
    @Override
    public BoundSession newSession() {
        // All models ask for memory and take it in turn, or two would take the same.
        synchronized (trt) {
            synchronized (this) {
                if (closed) {
                    throw new ClosedSessionException("model " + name + " is closed; load it again");
                }
                requireSound();
                NativeSession session = idle.poll();
                if (session == null) {
                    requireMemory("a session of " + name, plan.sessionBytes(), freeBytes);
                    session = NativeSession.create(trt, handle, plan);
                }
                TrtBoundSession lease = new TrtBoundSession(this, session);
                lent.add(lease);
                return lease;
            }
        }
    }

    /** Called by a session that no other thread is running. */
    void run(NativeSession session) {
        requireSound();
        try {
            trt.run(session.handle());
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            throw new EngineException(
                    "TensorRT failed in a run of "
                            + name
                            + " ("
                            + e.getMessage()
                            + "); the model can't be used any more, see TensorRT's log",
                    e);
        }
    }

    private void requireSound() {
        RuntimeException earlier = failure.get();
        if (earlier != null) {
            throw new EngineException(
                    "TensorRT has failed in an earlier run of "
                            + name
                            + "; start the process again",
                    earlier);
        }
    }

    /** Called once for each session, when no run of it is under way. */
    synchronized void takeBack(TrtBoundSession lease, NativeSession session) {
        lent.remove(lease);
        if (closed) {
            trt.deleteSession(session.handle());
            deleteIfUnused();
        } else {
            session.clearInputs();
            idle.push(session);
        }
    }

    @Override
    public void close() {
        List<TrtBoundSession> open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            idle.forEach(session -> trt.deleteSession(session.handle()));
            idle.clear();
            open = List.copyOf(lent);
            deleteIfUnused();
        }
        // Not under the lock: each waits for its run, and then takes the lock.
        open.forEach(TrtBoundSession::close);
    }

    /** A model goes after its sessions. */
    private void deleteIfUnused() {
        if (lent.isEmpty()) {
            trt.deleteModel(handle);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
