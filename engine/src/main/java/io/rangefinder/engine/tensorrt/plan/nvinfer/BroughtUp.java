package io.rangefinder.engine.tensorrt.plan.nvinfer;

import io.rangefinder.engine.ladder.RungFailedException;
import io.rangefinder.engine.tensorrt.bringup.TensorRt;
import io.rangefinder.engine.tensorrt.plan.network.TensorRtDevice;

/**
 * The way to TensorRT on a GPU. Links to its classes, which may be missing, no sooner than it was
 * brought up there: without libraries, driver or device, native code ends the process.
 */
public final class BroughtUp {

    private BroughtUp() {}

    /**
     * Brings TensorRT up, if that was not done before.
     *
     * @param device the CUDA device's number, from 0
     * @return TensorRT on that device
     * @throws RungFailedException if it cannot run there; the message says why and what to do
     */
    public static TensorRtDevice on(int device) {
        TensorRt.require(device);
        return new NativeTensorRt(device);
    }
}
