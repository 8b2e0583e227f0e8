/**
 * Changes files at random, a little and with knowledge of their structure, and sees that whoever
 * reads them ends well.
 *
 * <p>In: {@link io.rangefinder.mutation.MutationTarget}s, each a reader with files to begin from.
 * Out: how many steps ended how, and each step that ended badly, kept with the file that it was
 * given. A step depends on the seed and its number alone, so that it can be run again. Steps run in
 * a child JVM with 1 GB of heap, which native code may end; an end is a fault like others. Shared
 * with the tests of other modules.
 */
package io.rangefinder.mutation;
