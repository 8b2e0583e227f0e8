package io.rangefinder.engine.tensorrt.plan;

import java.io.IOException;
import java.nio.file.Path;

/** A plan, or the folder of plans, can't be read or written. */
public class PlanFileException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * Tells which file and why.
     *
     * @param file the file or folder
     * @param why what is wrong and what to do
     */
    public PlanFileException(Path file, String why) {
        super(file + ": " + why);
    }

    /**
     * Tells which file and why.
     *
     * @param file the file or folder
     * @param why what is wrong and what to do
     * @param cause what the system said
     */
    public PlanFileException(Path file, String why, Throwable cause) {
        super(file + ": " + why, cause);
    }
}
