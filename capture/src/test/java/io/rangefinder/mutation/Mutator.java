package io.rangefinder.mutation;

import java.util.List;
import java.util.Random;

/** Changes something in a file. */
@FunctionalInterface
public interface Mutator {

    /**
     * Makes a changed copy.
     *
     * @param bytes the file, not to be written to
     * @param random what to change; the only source of chance
     * @return the changed file
     */
    byte[] mutate(byte[] bytes, Random random);

    /** One of several, each as likely as the others. */
    static Mutator anyOf(Mutator... mutators) {
        List<Mutator> all = List.of(mutators);
        return (bytes, random) -> all.get(random.nextInt(all.size())).mutate(bytes, random);
    }
}
