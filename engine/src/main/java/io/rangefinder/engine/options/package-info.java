/**
 * What an application asked of the engine {@code Int8}: its options.
 *
 * <p>In: DJL's map of options, whose values are texts, numbers or whatever {@code optOption} was
 * given. Out: {@link io.rangefinder.engine.options.EngineOptions}, in which each option that all
 * backends share has a type, and {@link io.rangefinder.engine.options.OptionTexts}, from which a
 * backend reads its own; or an exception that names the option. Nobody else reads that map.
 */
package io.rangefinder.engine.options;
