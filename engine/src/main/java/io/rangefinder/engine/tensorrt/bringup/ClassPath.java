package io.rangefinder.engine.tensorrt.bringup;

import java.util.Set;

/** The class path, without loading a class from it. */
interface ClassPath {

    /** Whether there is a resource of this name. */
    boolean holds(String resource);

    /**
     * The versions of an artifact of org.bytedeco, one unless the class path is mixed; may be none.
     */
    Set<String> versions(String artifact);
}
