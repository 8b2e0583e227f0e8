package io.rangefinder.engine.block;

import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples on their way through DJL's predictor, one after the other in one list, which nobody has
 * put into a batch.
 */
public final class Samples extends NDList {

    private static final long serialVersionUID = 1L;

    private final int count;
    private final int arrays;

    /**
     * Puts samples in a row.
     *
     * @param samples the arrays of each
     * @throws IllegalArgumentException if they are not of the same number of arrays
     */
    public Samples(List<NDList> samples) {
        count = samples.size();
        arrays = samples.isEmpty() ? 0 : samples.get(0).size();
        for (int i = 0; i < count; i++) {
            if (samples.get(i).size() != arrays) {
                throw new IllegalArgumentException(
                        "sample "
                                + i
                                + " has "
                                + samples.get(i).size()
                                + " arrays but sample 0 has "
                                + arrays
                                + "; they can't be one batch");
            }
            addAll(samples.get(i));
        }
    }

    private Samples(int count, NDList all) {
        super(all);
        this.count = count;
        arrays = all.size() / count;
    }

    /** The same samples with fewer arrays, the same ones of each. */
    Samples with(NDList fewer) {
        return new Samples(count, fewer);
    }

    /** The samples again. */
    List<NDList> apart() {
        List<NDList> samples = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            samples.add(new NDList(subList(i * arrays, (i + 1) * arrays)));
        }
        return samples;
    }
}
