package io.rangefinder.capture.archive;

import java.util.List;

/**
 * A tensor of the archive, by where its elements are.
 *
 * @param storageType the storage's class, such as {@code FloatStorage}
 * @param key the entry of the archive that holds the storage, {@code data/0} or {@code
 *     constants/0}, little-endian
 * @param elements how many elements the storage holds
 * @param offset the first element's index in the storage
 * @param shape the tensor's shape
 * @param strides the steps between elements along each axis
 */
public record StoredTensor(
        String storageType,
        String key,
        long elements,
        long offset,
        List<Long> shape,
        List<Long> strides) {}
