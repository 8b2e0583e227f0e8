/**
 * What the engine and its child JVM say to each other: a record a line, fields between tabs.
 *
 * <p>In and out: text of any kind, which may come from a hostile model. Both sides use it; it knows
 * nothing of TensorRT.
 */
package io.rangefinder.inspector.protocol;
