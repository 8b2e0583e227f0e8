package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;

/** How one rung is climbed. Those below it have passed. */
interface Step {

    /** The rung's name. */
    String name();

    /**
     * Looks at the machine.
     *
     * @param machine what is looked at
     * @param device the number of the device that is wanted
     * @return the rung, whatever its outcome
     * @throws BrokenRungException if it failed, where a deeper method found it out
     */
    Rung climb(Machine machine, int device) throws BrokenRungException;
}
