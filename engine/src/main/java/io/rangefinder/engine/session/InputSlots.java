package io.rangefinder.engine.session;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The bound inputs of a session, a slot for each sample.
 *
 * <p>Slots that hold no sample hold zeros. Zeros rather than copies of a sample, because then a
 * batch's results depend on nothing but the batch, no earlier caller's data stays behind, and they
 * are already there: only slots that a longer batch has used since are cleared. Whatever the model
 * makes of them, infinities included, stays in their own slots and is cut off.
 */
final class InputSlots {

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

    private final BoundSession session;
    private final List<TensorDescription> inputs;
    private final BatchLayout layout;

    /** Slots before this one may hold samples. */
    private int used;

    InputSlots(BoundModel model, BoundSession session) {
        this.session = session;
        inputs = model.inputs();
        layout = model.batches();
    }

    /** Writes what all parts of a batch share. */
    void begin(Batch batch) {
        for (int i = 0; i < inputs.size(); i++) {
            if (!layout.carries(inputs.get(i))) {
                batch.copyWhole(i, session.input(i));
            }
        }
    }

    /** Writes some samples into the first slots, and leaves none in the others. */
    void fill(Batch batch, int from, int count) {
        int before = used;
        // If a copy fails half way, the slots count as used.
        used = Math.max(before, count);
        for (int i = 0; i < inputs.size(); i++) {
            TensorDescription input = inputs.get(i);
            if (layout.carries(input)) {
                ByteBuffer slots = session.input(i);
                batch.copySamples(i, from, count, slots);
                int bytes = input.byteSize() / layout.size();
                clear(slots, count * bytes, before * bytes);
            }
        }
        used = count;
    }

    /** Sets bytes to zero. */
    static void clear(ByteBuffer buffer, int from, int to) {
        for (int at = from; at < to; at += ZEROS.capacity()) {
            buffer.put(at, ZEROS, 0, Math.min(ZEROS.capacity(), to - at));
        }
    }
}
