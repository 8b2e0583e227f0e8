package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.session.TensorDescription;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FixedBatchTest {

    private static FixedBatch batchOf(long size) {
        return FixedBatch.of(
                List.of(new TensorDescription("x", DataType.FLOAT32, new Shape(size, 2))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 8, 9})
    void anyBatchIsSplitAndFilledUpAndComesBackWhole(int samples) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray x = manager.arange(samples * 2f).reshape(samples, 2);
            List<Shape> seen = new ArrayList<>();
            NDList outputs =
                    batchOf(4)
                            .run(
                                    new NDList(x),
                                    inputs -> {
                                        seen.add(inputs.get(0).getShape());
                                        return new NDList(inputs.get(0).mul(3));
                                    });
            seen.forEach(shape -> assertEquals(new Shape(4, 2), shape));
            assertEquals((samples + 3) / 4, seen.size());
            assertArrayEquals(x.mul(3).toFloatArray(), outputs.get(0).toFloatArray());
            assertEquals(x.getShape(), outputs.get(0).getShape());
        }
    }

    @Test
    void aFreeBatchIsRunAsItIs() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = new NDList(manager.ones(new Shape(7, 2)));
            assertEquals(7, batchOf(-1).run(inputs, i -> i).get(0).getShape().get(0));
        }
    }
}
