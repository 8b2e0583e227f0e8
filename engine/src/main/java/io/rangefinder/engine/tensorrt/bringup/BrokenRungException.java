package io.rangefinder.engine.tensorrt.bringup;

/** What a rung needs is not there; becomes a failed rung. */
final class BrokenRungException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    BrokenRungException(String found, String remedy) {
        super(found);
        this.remedy = remedy;
    }

    BrokenRungException(String found, String remedy, Throwable cause) {
        super(found, cause);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
