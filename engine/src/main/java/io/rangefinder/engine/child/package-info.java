/**
 * Programs in processes of their own, for what native code may end.
 *
 * <p>In: a command, or classes to be found again. Out: how the process ended ({@link
 * io.rangefinder.engine.child.Child}).
 */
package io.rangefinder.engine.child;
