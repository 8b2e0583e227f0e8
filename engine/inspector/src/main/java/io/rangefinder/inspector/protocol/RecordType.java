package io.rangefinder.inspector.protocol;

import java.util.Locale;

/** What a record of the report tells; the first field is the type, and these are the others. */
public enum RecordType {
    /** TensorRT's version. */
    TENSORRT,
    /** Whether TensorRT's plugins were registered: true or false. */
    PLUGINS,
    /** A line of TensorRT's log: severity from 0 (its own failure) to 4 (verbose), message. */
    LOG,
    /** What the parser does not accept: node's name, operator, message. Then comes REJECTED. */
    ERROR,
    /** The parser did not accept the model. */
    REJECTED,
    /** The parser accepted the model. */
    ACCEPTED,
    /** An input of the network: name, type, lengths of its axes with commas between. */
    INPUT,
    /** A layer of the network before it is optimized: name, type, precision. */
    LAYER,
    /** A range that was set: tensor, amax, {@code given} or {@code derived}, true if accepted. */
    RANGE,
    /** A float tensor without a range in implicit mode: tensor, the layer that makes it. */
    NO_RANGE,
    /** The optimizer finished with the graph. */
    OPTIMIZED,
    /** The optimizer gave up; the log's errors tell why. */
    STOPPED,
    /** The child itself failed: message. */
    FAILED,
    /** The report reached its greatest length, and nothing more was written. */
    FULL;

    /**
     * The first field of such a record.
     *
     * @return the name in small letters
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type of a record.
     *
     * @param word its first field
     * @return the type
     * @throws IllegalArgumentException if there is none of that name
     */
    public static RecordType of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
