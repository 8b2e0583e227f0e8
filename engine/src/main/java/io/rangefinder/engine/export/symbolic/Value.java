package io.rangefinder.engine.export.symbolic;

import io.rangefinder.capture.archive.ScriptObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of the TorchScript program while it is executed symbolically. */
public sealed interface Value {

    /** None. */
    enum None implements Value {
        /** The only one. */
        NONE
    }

    /** A device, a generator, a layout: what has no meaning in ONNX. */
    enum Opaque implements Value {
        /** The only one. */
        OPAQUE
    }

    /** A value that nothing is known of, since what makes it can't be exported. */
    enum Unknown implements Value {
        /** The only one. */
        UNKNOWN
    }

    /** A number or a truth. */
    sealed interface Scalar extends Value {

        /**
         * The number with fractions.
         *
         * @return its value
         * @throws BatchDependentException if it depends on the batch
         */
        double real();

        /**
         * The whole number; a fraction is cut off.
         *
         * @return its value
         */
        Dim whole();

        /**
         * The truth.
         *
         * @return whether it is not zero
         * @throws BatchDependentException if that depends on the batch
         */
        boolean truth();
    }

    /**
     * A truth.
     *
     * @param truth its value
     */
    record Bool(boolean truth) implements Scalar {

        @Override
        public double real() {
            return truth ? 1 : 0;
        }

        @Override
        public Dim whole() {
            return truth ? Dim.ONE : Dim.ZERO;
        }
    }

    /**
     * A whole number.
     *
     * @param whole its value
     */
    record Int(Dim whole) implements Scalar {

        /**
         * A known number.
         *
         * @param value its value
         * @return the value
         */
        public static Int of(long value) {
            return new Int(Dim.of(value));
        }

        @Override
        public double real() {
            return whole.value();
        }

        @Override
        public boolean truth() {
            return !whole.equalTo(Dim.ZERO);
        }
    }

    /**
     * A number with fractions.
     *
     * @param real its value
     */
    record Real(double real) implements Scalar {

        @Override
        public Dim whole() {
            return Dim.of((long) real);
        }

        @Override
        public boolean truth() {
            return real != 0;
        }
    }

    /**
     * A number with fractions that has none for any batch, as the length of an axis has none.
     *
     * @param whole its value, which depends on the batch
     */
    record RealDim(Dim whole) implements Scalar {

        @Override
        public double real() {
            return whole.value();
        }

        @Override
        public boolean truth() {
            return !whole.equalTo(Dim.ZERO);
        }
    }

    /**
     * A string.
     *
     * @param text its value
     */
    record Text(String text) implements Value {}

    /** A tensor as a variable holds it: it may change in place. Compared by identity. */
    final class Tensor implements Value {

        /** Views of views are followed by recursion. */
        private static final int MAX_VIEWS = 1_000;

        private final Optional<Tensor> base;
        private final Optional<View> view;
        private final boolean number;
        private final Strides strides;
        private final int views;
        private SymbolicTensor now;
        private int version;
        private int seen;

        /**
         * A tensor of its own.
         *
         * @param tensor what it holds
         */
        public Tensor(SymbolicTensor tensor) {
            this(tensor, false);
        }

        private Tensor(SymbolicTensor tensor, boolean number) {
            base = Optional.empty();
            view = Optional.empty();
            views = 0;
            this.number = number;
            strides = Strides.contiguous(tensor.shape());
            now = tensor;
        }

        /**
         * A number that PyTorch has put into a tensor without axes. Where types meet it counts as a
         * number, not as a tensor.
         *
         * @param tensor what it holds
         * @return the tensor
         */
        public static Tensor ofNumber(SymbolicTensor tensor) {
            return new Tensor(tensor, true);
        }

        /**
         * A view.
         *
         * @param base what is viewed
         * @param view how
         * @param strides the steps between its elements
         */
        public Tensor(Tensor base, View view, Strides strides) {
            views = base.views + 1;
            if (views > MAX_VIEWS) {
                throw new LimitException("makes views of views more than " + MAX_VIEWS + " deep");
            }
            this.base = Optional.of(base);
            this.view = Optional.of(view);
            this.strides = strides;
            number = false;
            now = view.get(base.get());
            seen = base.version();
        }

        /**
         * Whether it is a number that PyTorch has put into a tensor.
         *
         * @return true if it counts as a number where types meet
         */
        public boolean isNumber() {
            return number;
        }

        /**
         * The steps between its elements, as far as views change them.
         *
         * @return its strides; those of an operator's result are taken to be contiguous
         */
        public Strides strides() {
            return strides;
        }

        /**
         * What it holds now.
         *
         * @return the tensor
         */
        public SymbolicTensor get() {
            if (base.isPresent() && base.get().version() != seen) {
                now = view.orElseThrow().get(base.get().get());
                seen = base.get().version();
            }
            return now;
        }

        /**
         * Whether it shows part or all of another tensor.
         *
         * @return true if what is written to it shows there
         */
        public boolean isView() {
            return base.isPresent();
        }

        private int version() {
            return base.map(Tensor::version).orElse(version);
        }

        /**
         * Writes to it, and to what it is a view of.
         *
         * @param tensor what it is to hold
         */
        public void set(SymbolicTensor tensor) {
            if (base.isPresent()) {
                base.get().set(view.orElseThrow().put(base.get().get(), tensor));
                seen = base.get().version();
            } else {
                version++;
            }
            now = tensor;
        }
    }

    /**
     * A nested tensor: sequences of different lengths, kept as one padded tensor.
     *
     * @param padded image, place, element
     * @param valid truths that tell what is no padding: image, place
     * @param nested a truth without axes: whether PyTorch has a nested tensor here, or goes on with
     *     the padded one; empty if it has one always
     */
    record Nested(SymbolicTensor padded, SymbolicTensor valid, Optional<SymbolicTensor> nested)
            implements Value {}

    /**
     * A list. Compared by identity, as it may change.
     *
     * @param elements the elements, open for changes
     */
    record ListOf(List<Value> elements) implements Value {

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /**
     * A tuple.
     *
     * @param elements the elements
     * @param names the fields' names if it is a NamedTuple, else none
     */
    record Tuple(List<Value> elements, List<String> names) implements Value {

        /**
         * A tuple without names.
         *
         * @param elements the elements
         * @return the tuple
         */
        public static Tuple of(List<? extends Value> elements) {
            return new Tuple(List.copyOf(elements), List.of());
        }
    }

    /**
     * A dict, in order of insertion. Compared by identity, as it may change.
     *
     * @param entries the entries, open for changes; keys are texts, numbers or truths
     */
    record Dict(Map<Value, Value> entries) implements Value {

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** A module, or an instance of a TorchScript class. Compared by identity. */
    final class Instance implements Value {

        private final String className;
        private final String path;
        private final Optional<ScriptObject> stored;
        private final Map<String, Value> attributes = new LinkedHashMap<>();

        /**
         * An object.
         *
         * @param className its class's qualified name
         * @param path the module's path, empty for what is no module
         * @param stored what the archive holds of it
         */
        public Instance(String className, String path, Optional<ScriptObject> stored) {
            this.className = className;
            this.path = path;
            this.stored = stored;
        }

        /**
         * Its class.
         *
         * @return the qualified name
         */
        public String className() {
            return className;
        }

        /**
         * The module's path.
         *
         * @return its path, empty for the model itself and for what is no module
         */
        public String path() {
            return path;
        }

        /**
         * What the archive holds of it.
         *
         * @return the object, if the program did not make it
         */
        public Optional<ScriptObject> stored() {
            return stored;
        }

        /**
         * The attributes that were read or set so far.
         *
         * @return the attributes, open for changes
         */
        public Map<String, Value> attributes() {
            return attributes;
        }
    }

    /**
     * A function or a class of the archive.
     *
     * @param qualifiedName its qualified name
     */
    record Function(String qualifiedName) implements Value {}
}
