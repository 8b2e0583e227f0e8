package io.rangefinder.engine.tensorrt.plan.nvinfer;

import static org.bytedeco.cuda.global.cudart.cudaGetDeviceProperties;
import static org.bytedeco.cuda.global.cudart.cudaSetDevice;
import static org.bytedeco.tensorrt.global.nvinfer.createInferBuilder;
import static org.bytedeco.tensorrt.global.nvinfer.createInferRuntime;
import static org.bytedeco.tensorrt.global.nvinfer.getInferLibVersion;

import io.rangefinder.engine.tensorrt.plan.network.Build;
import io.rangefinder.engine.tensorrt.plan.network.EngineFacts;
import io.rangefinder.engine.tensorrt.plan.network.Gpu;
import io.rangefinder.engine.tensorrt.plan.network.NativeFailureException;
import io.rangefinder.engine.tensorrt.plan.network.TensorRtDevice;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.tensorrt.nvinfer.IBuilder;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IRuntime;

/** TensorRT 8.6 on one GPU on which it was brought up. Safe from any thread. */
final class NativeTensorRt implements TensorRtDevice {

    /**
     * TensorRT keeps the first logger that it is given for as long as the process runs and uses it
     * for its plugin registry, so there is one, and it is never given back.
     */
    private static final Slf4jLogger LOG = new Slf4jLogger();

    /** One build at a time: a build times its tactics. */
    private static final ReentrantLock ONE = new ReentrantLock();

    private final int device;

    /** Only {@link BroughtUp} makes one: without a device, native code ends the process. */
    NativeTensorRt(int device) {
        this.device = device;
    }

    @Override
    public String version() {
        // NvInferVersion.h: major * 1000 + minor * 100 + patch.
        int version = getInferLibVersion();
        return version / 1000 + "." + version / 100 % 10 + "." + version % 100;
    }

    @Override
    public Gpu gpu() throws NativeFailureException {
        try (cudaDeviceProp properties = new cudaDeviceProp()) {
            check(cudaGetDeviceProperties(properties, device), "cudaGetDeviceProperties");
            return new Gpu(properties.name().getString(), properties.major(), properties.minor());
        }
    }

    @Override
    public Build begin() throws NativeFailureException {
        ONE.lock();
        try {
            check(cudaSetDevice(device), "cudaSetDevice");
            LOG.takeErrors();
            IBuilder builder = createInferBuilder(LOG);
            if (builder == null) {
                throw new NativeFailureException("createInferBuilder failed", LOG.takeErrors());
            }
            return NativeBuild.of(builder, LOG, ONE::unlock);
        } catch (NativeFailureException | RuntimeException | Error e) {
            ONE.unlock();
            throw e;
        }
    }

    @Override
    @SuppressWarnings("deprecation") // destroy() is the binding's only way to C++'s delete.
    public EngineFacts inspect(byte[] plan) throws NativeFailureException {
        ONE.lock();
        try (BytePointer bytes = new BytePointer(plan)) {
            // Without a device, 8.6's createInferRuntime would end the process.
            check(cudaSetDevice(device), "cudaSetDevice");
            LOG.takeErrors();
            IRuntime runtime = createInferRuntime(LOG);
            if (runtime == null) {
                throw new NativeFailureException("createInferRuntime failed", LOG.takeErrors());
            }
            try {
                ICudaEngine engine = runtime.deserializeCudaEngine(bytes, plan.length);
                if (engine == null) {
                    throw new NativeFailureException(
                            "deserializeCudaEngine failed", LOG.takeErrors());
                }
                try {
                    return new EngineReader(engine, LOG).read();
                } finally {
                    engine.destroy();
                }
            } finally {
                runtime.destroy();
            }
        } finally {
            ONE.unlock();
        }
    }

    private void check(int status, String call) throws NativeFailureException {
        if (status != 0) {
            throw new NativeFailureException(
                    call
                            + " of device "
                            + device
                            + " failed with CUDA error "
                            + status
                            + "; run rangefinder doctor",
                    LOG.takeErrors());
        }
    }
}
