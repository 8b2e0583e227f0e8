/**
 * What an application asked of the engine {@code Int8}: its options, read once, for all backends.
 *
 * <p>In: DJL's map of options, whose values are texts, numbers or whatever {@code optOption} was
 * given. Out: {@link io.rangefinder.engine.options.EngineOptions}, in which each option has a type;
 * or an exception that names the option. Nobody else reads that map.
 */
package io.rangefinder.engine.options;
