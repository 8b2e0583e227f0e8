package io.rangefinder.engine.check;

/** The TensorRT whose rules a model is checked against. */
public enum TensorRtVersion {
    /** 8.4, which DJL's engine was built against. */
    V8_4("8.4", 13, 17),

    /** 8.6, which the engine runs with, and which GPUs of the generations Ada and Hopper need. */
    V8_6("8.6", 17, 17),

    /** 10.0 and later, by what 10.1 documents. */
    V10("10", 20, 25);

    private final String number;
    private final long documentedOpset;
    private final long mostOpset;

    TensorRtVersion(String number, long documentedOpset, long mostOpset) {
        this.number = number;
        this.documentedOpset = documentedOpset;
        this.mostOpset = mostOpset;
    }

    /**
     * The version as people write it.
     *
     * @return such as {@code 8.6}
     */
    public String number() {
        return number;
    }

    /**
     * The highest opset that every source of NVIDIA's names. For 8.4 the parser's page of operators
     * says 13 in the early release and 17 in the final one, with the same operators.
     */
    long documentedOpset() {
        return documentedOpset;
    }

    /** The highest opset that any source names; operators of later ones would be misread. */
    long mostOpset() {
        return mostOpset;
    }

    boolean isBefore10() {
        return this != V10;
    }

    @Override
    public String toString() {
        return "TensorRT " + number;
    }
}
