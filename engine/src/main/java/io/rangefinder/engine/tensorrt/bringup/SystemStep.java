package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;

/** 64-bit Linux on x86_64, which is all that DJL's engine was built for. */
final class SystemStep implements Step {

    @Override
    public String name() {
        return "system";
    }

    @Override
    public Rung climb(Machine machine, int device) {
        Host host = machine.host();
        String here = host.system() + " " + host.architecture();
        if (!host.system().startsWith("Linux")) {
            return Rung.failed(
                    name(),
                    "DJL's TensorRT engine is for Linux on x86_64, and this is " + here,
                    "run on Linux, or use backend onnxruntime");
        }
        if (!host.architecture().equals("amd64") && !host.architecture().equals("x86_64")) {
            return Rung.failed(
                    name(),
                    "DJL's TensorRT engine is for 64-bit x86 (os.arch amd64), and this JVM says "
                            + here,
                    "run a 64-bit Java on x86_64, or use backend onnxruntime");
        }
        if (host.bits().equals("32")) {
            return Rung.failed(
                    name(),
                    "this JVM has 32 bits (sun.arch.data.model), and TensorRT's libraries have 64",
                    "run a 64-bit Java");
        }
        if (!host.settings().isEmpty()) {
            return Rung.failed(
                    name(),
                    "-D"
                            + host.settings()
                            + " keeps javacpp from loading the libraries that Maven brought",
                    "start Java without it");
        }
        return Rung.passed(name(), here);
    }
}
