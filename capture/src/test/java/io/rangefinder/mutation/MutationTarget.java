package io.rangefinder.mutation;

import java.nio.file.Path;
import java.util.List;

/**
 * A reader under attack.
 *
 * @param name its name, for reports and {@code -Dmutation.target=NAME}
 * @param share its percentage of the steps over the targets of all modules; 0 for one that runs
 *     only when it is asked for by name
 * @param extension how the changed file's name ends
 * @param seeds what is changed
 * @param mutator what changes it
 * @param reader what reads it
 * @param sentences the exceptions that it may end in, if their message is a sentence on the file
 */
public record MutationTarget(
        String name,
        int share,
        String extension,
        List<Seed> seeds,
        Mutator mutator,
        Reader reader,
        List<Class<? extends Exception>> sentences) {

    /** Reads a file to its end. */
    @FunctionalInterface
    public interface Reader {

        /**
         * Reads a file.
         *
         * @param file the changed file
         * @param seed the name of the seed that it was made from
         * @throws Exception if it can't be read
         */
        void read(Path file, String seed) throws Exception;
    }

    /** The targets of a module; made in the child JVM, where each begins anew. */
    @FunctionalInterface
    public interface Suite {

        /**
         * Makes the targets.
         *
         * @return the targets
         * @throws Exception if a seed can't be made
         */
        List<MutationTarget> targets() throws Exception;
    }
}
