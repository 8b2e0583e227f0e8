package io.rangefinder.engine.session;

import ai.djl.ndarray.NDList;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Samples that go into a model together, however they are kept. Checked when it is made; arrays of
 * another type than the input's are converted.
 *
 * <p>Reads the arrays where they are: they must stay open and unchanged until it is closed. For one
 * thread at a time.
 */
public sealed interface Batch extends AutoCloseable permits WholeBatch, SampleBatch {

    /**
     * A batch that is put together already.
     *
     * @param model the model that it is for
     * @param arrays one array an input, in order; all that carry the batch have one length of it,
     *     whatever the model's
     * @return the batch, to be closed
     * @throws UnsuitableInputException if number or shapes of arrays are not what the model takes
     */
    static Batch whole(BoundModel model, NDList arrays) {
        return WholeBatch.of(model, arrays);
    }

    /**
     * A batch whose samples are apart. It says the same as stacking them would, without the copy.
     *
     * @param model the model that it is for
     * @param samples for each sample one array an input, in order, without the batch axis
     * @return the batch, to be closed
     * @throws UnsuitableInputException if number or shapes of arrays are not what the model takes,
     *     or if one of its inputs does not carry the batch
     */
    static Batch samples(BoundModel model, List<NDList> samples) {
        return SampleBatch.of(model, samples);
    }

    /**
     * The number of samples.
     *
     * @return the number, perhaps 0
     */
    int size();

    /**
     * Copies samples of an input that carries the batch.
     *
     * @param input the input's place
     * @param from the first sample
     * @param count the number of samples
     * @param target a direct buffer, written from its position 0 on
     */
    void copySamples(int input, int from, int count, ByteBuffer target);

    /**
     * Copies an input that does not carry the batch.
     *
     * @param input the input's place
     * @param target a direct buffer, written from its position 0 on
     */
    void copyWhole(int input, ByteBuffer target);

    /** Closes what was converted; the arrays that were given stay open. */
    @Override
    void close();
}
