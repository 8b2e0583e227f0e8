/**
 * What files kept from one run to the next are known by.
 *
 * <p>{@link io.rangefinder.engine.cache.ContentKey} makes a key of files, texts and records, {@link
 * io.rangefinder.engine.cache.BuildDigest} tells one build of classes from another, and {@link
 * io.rangefinder.engine.cache.CacheFolder} says where such files lie. Depends on nothing else of
 * Rangefinder.
 */
package io.rangefinder.engine.cache;
