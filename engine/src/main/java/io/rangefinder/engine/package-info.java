/**
 * The engine {@code Int8}: a model and its ranges, run in INT8.
 *
 * <p>In: the application's own {@code Criteria} with {@code optEngine("Int8")}, and beside the
 * model its {@code .ranges}. Out: a DJL model whose predictors answer as before, in INT8. The
 * packages below know nothing of this one.
 */
package io.rangefinder.engine;
