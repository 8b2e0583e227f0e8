/** The verb {@code doctor}: what can run INT8 here, and what stands in the way of the rest. */
package io.rangefinder.examples.doctor;
