package io.rangefinder.examples.mutation;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.rangefinder.examples.npz.InvalidInputsException;
import io.rangefinder.examples.npz.NpzBatches;
import io.rangefinder.examples.npz.NpzFile;
import io.rangefinder.examples.npz.NpzWriter;
import io.rangefinder.mutation.ByteMutator;
import io.rangefinder.mutation.MutationTarget;
import io.rangefinder.mutation.Mutator;
import io.rangefinder.mutation.Seed;
import io.rangefinder.mutation.WordMutator;
import io.rangefinder.mutation.ZipMutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The reader of inputs. */
public final class ExamplesTargets implements MutationTarget.Suite {

    private final NDManager manager = Engine.getEngine("PyTorch").newBaseManager();

    @Override
    public List<MutationTarget> targets() throws IOException {
        Mutator words =
                new WordMutator(
                        "'",
                        "(",
                        ")",
                        ",",
                        " ",
                        "'descr'",
                        "'shape'",
                        "'fortran_order'",
                        "True",
                        "'<f4'",
                        "'>f4'",
                        "'|O'",
                        "'<i8'",
                        "'<U1'",
                        "None",
                        "-1",
                        "0",
                        "1",
                        "2",
                        "1000000000000",
                        "999999999999999999",
                        "9999999999999999999",
                        "\0");
        Mutator array =
                Mutator.anyOf((bytes, random) -> header(bytes, words, random), new ByteMutator());
        return List.of(
                new MutationTarget(
                        "npz",
                        8,
                        ".npz",
                        seeds(),
                        new ZipMutator(name -> array),
                        this::npz,
                        List.of(InvalidInputsException.class)));
    }

    private static List<Seed> seeds() throws IOException {
        List<Seed> seeds = new ArrayList<>(Seed.below(".npz", "src/test/resources/hostile"));
        Path file = Files.createTempFile("seed", ".npz");
        new NpzWriter()
                .floats("x", "(5, 2)", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
                .array("ids", "<i8", "(5,)", new byte[40])
                .to(file);
        seeds.add(new Seed("two inputs", Files.readAllBytes(file)));
        new NpzWriter().array("image", "|u1", "(9, 1, 3, 4)", new byte[108]).to(file);
        seeds.add(new Seed("bytes", Files.readAllBytes(file)));
        Files.delete(file);
        return seeds;
    }

    /** Changes words of an array's header, whose length is mostly made to fit. */
    private static byte[] header(byte[] bytes, Mutator words, Random random) {
        int length = bytes.length < 10 ? 0 : (bytes[8] & 0xff) | (bytes[9] & 0xff) << 8;
        if (length == 0 || 10 + length > bytes.length) {
            return words.mutate(bytes, random);
        }
        byte[] dict = words.mutate(java.util.Arrays.copyOfRange(bytes, 10, 10 + length), random);
        byte[] changed = new byte[bytes.length - length + dict.length];
        System.arraycopy(bytes, 0, changed, 0, 10);
        System.arraycopy(dict, 0, changed, 10, dict.length);
        System.arraycopy(bytes, 10 + length, changed, 10 + dict.length, bytes.length - 10 - length);
        if (random.nextInt(10) > 0) {
            changed[8] = (byte) dict.length;
            changed[9] = (byte) (dict.length >> 8);
        }
        return changed;
    }

    private void npz(Path file, String seed) throws Exception {
        try (NDManager batchManager = manager.newSubManager();
                NpzFile npz = NpzFile.open(file);
                NpzBatches batches = npz.batches(4)) {
            NDList batch = new NDList();
            for (int i = 0; i < 8 && batches.hasNext(); i++) {
                batch.addAll(batches.next(batchManager));
            }
        }
    }
}
