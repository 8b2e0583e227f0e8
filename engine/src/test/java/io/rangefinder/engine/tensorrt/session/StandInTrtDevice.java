package io.rangefinder.engine.tensorrt.session;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import io.rangefinder.engine.session.TensorDescription;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands in for a device with TensorRT, behind the calls of DJL's native layer. Holds one plan.
 *
 * <p>Where the real one would end the process, read freed memory or mix up threads, this one throws
 * an {@link Error} and remembers it. It knows a bound buffer as the real one does, by something
 * that does not keep it from being collected; it overwrites outputs with NaNs before each run and
 * when a session goes; and as the real one it never frees a context.
 */
public final class StandInTrtDevice implements TrtNative {

    private static final byte POISON = (byte) 0xff;

    private final List<TensorDescription> inputs;
    private final List<TensorDescription> outputs;
    private final PlanSignature plan;
    private final Program program;
    private final AtomicLong free;
    private final AtomicLong handles = new AtomicLong(1);
    private final Map<Long, Path> models = new ConcurrentHashMap<>();
    private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final AtomicLong created = new AtomicLong();
    private final AtomicLong runs = new AtomicLong();

    /** What the plan computes, on the device's copies of inputs and outputs. */
    @FunctionalInterface
    public interface Program {

        void run(List<ByteBuffer> inputs, List<ByteBuffer> outputs);
    }

    private static final class Session {

        private final long model;
        private final Map<String, WeakReference<ByteBuffer>> bound = new HashMap<>();
        private final AtomicReference<Thread> running = new AtomicReference<>();

        Session(long model) {
            this.model = model;
        }
    }

    /** A device with 1 GiB, and a plan that is what its description says. */
    public StandInTrtDevice(PlanSignature plan, Program program) {
        this(plan.inputs(), plan.outputs(), plan, program, 1 << 30);
    }

    /** A device with a plan whose tensors may be others than its description says. */
    public StandInTrtDevice(
            List<TensorDescription> inputs,
            List<TensorDescription> outputs,
            PlanSignature plan,
            Program program,
            long memory) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.plan = plan;
        this.program = program;
        free = new AtomicLong(memory);
    }

    /** Loads the plan as the application would. */
    public TrtBoundModel load() throws IOException {
        Path file = Files.createTempFile("stand-in", ".plan");
        try {
            Files.write(file, new byte[1000]);
            return TrtBoundModel.load(this, file, plan, 0, this::freeBytes);
        } catch (UnsuitablePlanException e) {
            throw new IOException(e);
        } finally {
            Files.delete(file);
        }
    }

    public long freeBytes() {
        return free.get();
    }

    /** What a real device would not have survived. */
    public List<String> broken() {
        return broken;
    }

    public int models() {
        return models.size();
    }

    public int sessions() {
        return sessions.size();
    }

    public long created() {
        return created.get();
    }

    public long runs() {
        return runs.get();
    }

    private void require(boolean fine, String otherwise) {
        if (!fine) {
            broken.add(otherwise);
            throw new AssertionError("the process would have ended: " + otherwise);
        }
    }

    private void take(long bytes) {
        require(free.addAndGet(-bytes) >= 0, "out of device memory");
    }

    @Override
    public long loadPlan(Path file, int device, OptionalInt dlaCore) {
        require(device == 0, "no device " + device);
        require(Files.isRegularFile(file), "no file " + file);
        take(1000);
        long handle = handles.incrementAndGet();
        models.put(handle, file);
        return handle;
    }

    @Override
    public String[] inputNames(long model) {
        return names(model, inputs);
    }

    @Override
    public DataType[] inputTypes(long model) {
        return types(model, inputs);
    }

    @Override
    public String[] outputNames(long model) {
        return names(model, outputs);
    }

    @Override
    public DataType[] outputTypes(long model) {
        return types(model, outputs);
    }

    private String[] names(long model, List<TensorDescription> tensors) {
        require(models.containsKey(model), "no model " + model);
        return tensors.stream().map(TensorDescription::name).toArray(String[]::new);
    }

    private DataType[] types(long model, List<TensorDescription> tensors) {
        require(models.containsKey(model), "no model " + model);
        if (tensors.stream().anyMatch(t -> t.type() == DataType.UINT8)) {
            throw new UnsupportedOperationException("Unsupported TensorRT type: 5");
        }
        return tensors.stream().map(TensorDescription::type).toArray(DataType[]::new);
    }

    private List<TensorDescription> tensors() {
        List<TensorDescription> all = new ArrayList<>(inputs);
        all.addAll(outputs);
        return all;
    }

    @Override
    public long createSession(long model) {
        require(models.containsKey(model), "no model " + model);
        take(plan.contextBytes());
        for (TensorDescription tensor : tensors()) {
            require(tensor.isStatic(), tensor.name() + " is not static");
            require(tensor.type() != DataType.UINT8, tensor.name() + " has elements of no size");
            require(tensor.byteSize() > 0, tensor.name() + " is empty");
            take(tensor.byteSize());
        }
        long handle = handles.incrementAndGet();
        sessions.put(handle, new Session(model));
        created.incrementAndGet();
        return handle;
    }

    private Session session(long handle) {
        Session session = sessions.get(handle);
        require(session != null, "no session " + handle);
        require(models.containsKey(session.model), "session " + handle + " outlives its model");
        return session;
    }

    private TensorDescription tensor(String name) {
        List<TensorDescription> found =
                tensors().stream().filter(t -> t.name().equals(name)).toList();
        require(found.size() == 1, "no tensor " + name);
        return found.get(0);
    }

    @Override
    public long[] shape(long session, String name) {
        session(session);
        return tensor(name).shape().getShape();
    }

    @Override
    public void bind(long session, String name, ByteBuffer buffer) {
        require(buffer.isDirect(), "the buffer of " + name + " has no address");
        require(buffer.order() == ByteOrder.nativeOrder(), name + " is in another byte order");
        if (buffer.capacity() != tensor(name).byteSize()) {
            throw new EngineException("Invalid binding size: " + buffer.capacity());
        }
        require(
                session(session).bound.put(name, new WeakReference<>(buffer)) == null,
                name + " is bound a second time");
    }

    private ByteBuffer bound(Session session, TensorDescription tensor) {
        WeakReference<ByteBuffer> reference = session.bound.get(tensor.name());
        require(reference != null, tensor.name() + " is not bound");
        ByteBuffer buffer = reference.get();
        require(buffer != null, "the buffer of " + tensor.name() + " was collected");
        return buffer;
    }

    @Override
    public void run(long handle) {
        Session session = session(handle);
        require(
                session.running.compareAndSet(null, Thread.currentThread()),
                "two threads run session " + handle);
        try {
            List<ByteBuffer> in = new ArrayList<>();
            for (TensorDescription input : inputs) {
                ByteBuffer copy = onDevice(input);
                in.add(copy.put(0, bound(session, input), 0, copy.capacity()));
            }
            poison(session);
            List<ByteBuffer> out = outputs.stream().map(StandInTrtDevice::onDevice).toList();
            Thread.yield();
            program.run(in, out);
            for (int i = 0; i < outputs.size(); i++) {
                bound(session, outputs.get(i)).put(0, out.get(i), 0, out.get(i).capacity());
            }
            runs.incrementAndGet();
        } finally {
            session.running.set(null);
        }
    }

    private static ByteBuffer onDevice(TensorDescription tensor) {
        return ByteBuffer.allocate(tensor.byteSize()).order(ByteOrder.nativeOrder());
    }

    private void poison(Session session) {
        for (TensorDescription output : outputs) {
            ByteBuffer buffer = bound(session, output);
            for (int at = 0; at < buffer.capacity(); at++) {
                buffer.put(at, POISON);
            }
        }
    }

    @Override
    public void deleteSession(long handle) {
        Session session = session(handle);
        require(session.running.get() == null, "session " + handle + " is deleted in a run");
        if (session.bound.size() == tensors().size()) {
            poison(session);
        }
        sessions.remove(handle);
        tensors().forEach(t -> free.addAndGet(t.byteSize()));
    }

    @Override
    public void deleteModel(long model) {
        require(models.containsKey(model), "no model " + model);
        require(
                sessions.values().stream().noneMatch(s -> s.model == model),
                "model " + model + " is deleted before its sessions");
        models.remove(model);
        free.addAndGet(1000);
    }
}
