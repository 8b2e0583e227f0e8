package io.rangefinder.engine.onnxruntime;

/** A process that starts ONNX Runtime, says its version, and may be killed then. */
final class OrtStart {

    private OrtStart() {}

    public static void main(String[] arguments) {
        System.out.println(OrtLibrary.environment().getVersion());
        System.out.flush();
        if (arguments[0].equals("killed")) {
            Runtime.getRuntime().halt(1);
        }
    }
}
