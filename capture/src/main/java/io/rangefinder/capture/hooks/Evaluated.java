package io.rangefinder.capture.hooks;

import io.rangefinder.capture.torchscript.Expression;

/**
 * An expression as it is written in the copy, and what is known of its value.
 *
 * @param expression the expression
 * @param value its value
 */
record Evaluated(Expression expression, KnownValue value) {}
