/**
 * What a user serves, whatever it is written in, and what can be observed of it: named hook points.
 *
 * <p>Knows no kind of model. Depends on the packages of ranges and statistics only.
 */
package io.rangefinder.capture.source;
