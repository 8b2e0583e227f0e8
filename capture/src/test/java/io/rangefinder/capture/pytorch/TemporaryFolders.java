package io.rangefinder.capture.pytorch;

/** What loading leaves in the folder of temporary files for a moment. */
public final class TemporaryFolders {

    /** What the names of this process's folders begin with. */
    public static final String PREFIX = HookedModule.FOLDERS;

    private TemporaryFolders() {}
}
