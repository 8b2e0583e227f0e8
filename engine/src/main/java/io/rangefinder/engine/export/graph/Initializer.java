package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.WeightView;
import io.rangefinder.engine.onnx.Halves;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A constant of the graph, whose bytes are read when they are written. Immutable. */
sealed interface Initializer {

    /** What it is called if nothing else is called so. */
    String name();

    ElementType type();

    List<Long> shape();

    /** Its elements, the last axis fastest, little-endian. */
    byte[] read(StorageReader storages) throws IOException, MalformedModelException;

    /** Writes what {@link #read} gives, without holding it in memory if that can be. */
    default void writeTo(OutputStream out, StorageReader storages)
            throws IOException, MalformedModelException {
        out.write(read(storages));
    }

    default long bytes() {
        return shape().stream().reduce((long) type().bytes(), Math::multiplyExact);
    }

    /** A weight of the source. */
    record Stored(String name, ElementType type, WeightView view) implements Initializer {

        @Override
        public List<Long> shape() {
            return view.shape();
        }

        @Override
        public byte[] read(StorageReader storages) throws IOException, MalformedModelException {
            byte[] bytes = storages.read(view, name);
            return isBrain(storages) ? Halves.widened(bytes) : bytes;
        }

        @Override
        public void writeTo(OutputStream out, StorageReader storages)
                throws IOException, MalformedModelException {
            if (isBrain(storages)) {
                out.write(read(storages));
            } else {
                storages.copy(view, name, out);
            }
        }

        private boolean isBrain(StorageReader storages) throws MalformedModelException {
            return storages.check(view, name) == ElementType.BFLOAT16;
        }
    }

    /** Elements at hand. The array is not copied, and must not change. */
    record Known(String name, ElementType type, List<Long> shape, byte[] elements)
            implements Initializer {

        /** The same under another name. */
        Known named(String newName) {
            return new Known(newName, type, shape, elements);
        }

        @Override
        public byte[] read(StorageReader storages) {
            return elements;
        }
    }

    /**
     * A float32 weight whose output channels are multiplied, each by its factor.
     *
     * @param factors a factor for each slice of {@code inner} elements, from the first again after
     *     the last
     * @param inner how many elements in a row have the same factor
     */
    record Scaled(Initializer weight, double[] factors, int inner) implements Initializer {

        @Override
        public String name() {
            return weight.name();
        }

        @Override
        public ElementType type() {
            return weight.type();
        }

        @Override
        public List<Long> shape() {
            return weight.shape();
        }

        @Override
        public byte[] read(StorageReader storages) throws IOException, MalformedModelException {
            byte[] bytes = weight.read(storages);
            // What the source or a reader before gave is ours to change; what is shared is not.
            byte[] own = weight instanceof Known ? bytes.clone() : bytes;
            ByteBuffer elements = ByteBuffer.wrap(own).order(ByteOrder.LITTLE_ENDIAN);
            int run = inner * Float.BYTES;
            for (int from = 0, channel = 0; from < own.length; from += run, channel++) {
                double factor = factors[channel % factors.length];
                for (int i = from; i < from + run; i += Float.BYTES) {
                    elements.putFloat(i, (float) (elements.getFloat(i) * factor));
                }
            }
            return own;
        }
    }
}
