package io.rangefinder.engine.tensorrt.plan.nvinfer;

import io.rangefinder.engine.tensorrt.plan.network.NativeFailureException;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.global.nvinfer_plugin;
import org.bytedeco.tensorrt.global.nvonnxparser;

/**
 * The program of a child JVM: loads the real libraries, initializes the classes that it is given
 * (each looks up its own offsets in native code), and asks what needs no device.
 */
final class LinkInChild {

    private LinkInChild() {}

    public static void main(String[] arguments) throws Exception {
        Loader.load(cudart.class);
        Loader.load(nvinfer.class);
        Loader.load(nvinfer_plugin.class);
        Loader.load(nvonnxparser.class);
        String[] classes = arguments[0].split(",");
        for (String name : classes) {
            Class.forName(name);
        }
        System.out.println("linked " + classes.length + " classes");
        NativeTensorRt tensorRt = new NativeTensorRt(0);
        System.out.println("version " + tensorRt.version());
        try {
            System.out.println("gpu: " + tensorRt.gpu());
        } catch (NativeFailureException e) {
            System.out.println("gpu: " + e.getMessage());
        }
        try {
            tensorRt.begin().close();
            System.out.println("begin: done");
        } catch (NativeFailureException e) {
            System.out.println("begin: " + e.getMessage());
        }
        // TensorRT calls the logger from native code, and says null for want of a device.
        Slf4jLogger log = new Slf4jLogger();
        boolean none = nvinfer.createInferBuilder(log) == null;
        System.out.println("builder: " + (none ? "none, " + log.takeErrors() : "made"));
        // Verbose lines, a hundred of them, are no errors.
        boolean plugins = nvinfer_plugin.initLibNvInferPlugins(log, "");
        System.out.println("plugins: " + plugins + ", " + log.takeErrors());
        System.out.println("end");
        System.out.flush();
        // Without CUDA, TensorRT's own exit handlers are nothing to rely on.
        Runtime.getRuntime().halt(0);
    }
}
