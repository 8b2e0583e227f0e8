package io.rangefinder.capture.torchscript;

import ai.djl.MalformedModelException;

/** A code file of an archive is not serialized TorchScript. The message names file and line. */
public class TorchScriptSyntaxException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells where reading stopped and why.
     *
     * @param file the code file's name in the archive
     * @param line the line, from 1
     * @param problem what was found there
     */
    public TorchScriptSyntaxException(String file, int line, String problem) {
        super(file + ":" + line + ": " + problem);
    }
}
