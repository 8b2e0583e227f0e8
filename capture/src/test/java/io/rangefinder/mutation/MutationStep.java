package io.rangefinder.mutation;

import java.util.Random;

/**
 * What is done in a step: it depends on the seed and the step's number alone.
 *
 * @param seed what was changed
 * @param mutant what it was changed to
 */
record MutationStep(Seed seed, byte[] mutant) {

    static MutationStep of(MutationTarget target, long seed, long step) {
        Random random = new Random((seed * 0x9E3779B97F4A7C15L + step) * 0xBF58476D1CE4E5B9L);
        Seed chosen = target.seeds().get(random.nextInt(target.seeds().size()));
        byte[] bytes = chosen.bytes();
        // Mostly one change, as each may end the reading before others are met.
        int changes = 1 + Math.min(random.nextInt(4), random.nextInt(4));
        for (int i = 0; i < changes; i++) {
            bytes = target.mutator().mutate(bytes, random);
        }
        return new MutationStep(chosen, bytes);
    }
}
