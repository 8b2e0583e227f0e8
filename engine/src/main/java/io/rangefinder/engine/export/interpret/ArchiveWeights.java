package io.rangefinder.engine.export.interpret;

import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.StoredTensor;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.engine.export.graph.WeightStore;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.WeightView;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The weights of a TorchScript archive. Not safe for use from several threads. */
public final class ArchiveWeights implements WeightStore {

    /** Storages of more bytes are not packed tighter than weights can be. */
    private static final long MAX_FROM_LITTLE = 64L << 20;

    private static final long MAX_RATIO = 100;

    /** The classes of storages, without those of types that ONNX models don't hold. */
    private static final Map<ElementType, String> STORAGES =
            new EnumMap<>(
                    Map.ofEntries(
                            Map.entry(ElementType.UINT8, "ByteStorage"),
                            Map.entry(ElementType.INT8, "CharStorage"),
                            Map.entry(ElementType.INT16, "ShortStorage"),
                            Map.entry(ElementType.INT32, "IntStorage"),
                            Map.entry(ElementType.INT64, "LongStorage"),
                            Map.entry(ElementType.FLOAT16, "HalfStorage"),
                            Map.entry(ElementType.FLOAT32, "FloatStorage"),
                            Map.entry(ElementType.FLOAT64, "DoubleStorage"),
                            Map.entry(ElementType.COMPLEX32, "ComplexHalfStorage"),
                            Map.entry(ElementType.COMPLEX64, "ComplexFloatStorage"),
                            Map.entry(ElementType.COMPLEX128, "ComplexDoubleStorage"),
                            Map.entry(ElementType.BOOL, "BoolStorage"),
                            Map.entry(ElementType.BFLOAT16, "BFloat16Storage")));

    private final TorchScriptArchive archive;

    /**
     * The weights of an open archive.
     *
     * @param archive the archive, which must stay open
     */
    public ArchiveWeights(TorchScriptArchive archive) {
        this.archive = archive;
    }

    /**
     * A tensor of the archive as a view of its storage.
     *
     * @param tensor the tensor
     * @param path its name, for messages
     * @return the view, of which nothing is checked but its type
     * @throws InvalidArchiveException if it is of a type that ONNX models don't hold
     */
    public WeightView view(StoredTensor tensor, String path) throws InvalidArchiveException {
        ElementType type =
                STORAGES.entrySet().stream()
                        .filter(e -> e.getValue().equals(tensor.storageType()))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new InvalidArchiveException(
                                                archive.file()
                                                        + ": tensor "
                                                        + path
                                                        + " is of type "
                                                        + tensor.storageType()
                                                        + ", which can't be exported; convert it in"
                                                        + " the model"));
        return new WeightView(
                type,
                tensor.key(),
                tensor.elements(),
                tensor.offset(),
                tensor.shape(),
                tensor.strides());
    }

    @Override
    public String name() {
        return archive.file().toString();
    }

    @Override
    public InputStream open(WeightView view) throws IOException, InvalidArchiveException {
        return archive.storage(view.storage());
    }

    @Override
    public long held(WeightView view) {
        return archive.packedBytes(view.storage()).orElse(0L);
    }

    /** PyTorch does not pack storages. Others may, but weights hardly get smaller. */
    @Override
    public Optional<String> implausible(WeightView view, long bytes) {
        long packed = archive.packedBytes(view.storage()).orElse(Long.MAX_VALUE);
        return bytes > MAX_FROM_LITTLE && bytes / MAX_RATIO > packed
                ? Optional.of(
                        "has "
                                + bytes
                                + " bytes, of which the archive holds "
                                + packed
                                + ": it is packed as no weight can be")
                : Optional.empty();
    }

    @Override
    public InvalidArchiveException refusal(String message) {
        return new InvalidArchiveException(message);
    }
}
