package io.rangefinder.engine.tensorrt.bringup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The driver through bytedeco's binding. The binding's library is linked to the driver's and binds
 * each call when it is first made; a call that is missing there would end the JVM, so each is
 * looked up first.
 */
final class CudaDriver implements Driver {

    private static final String LIBRARY = "libcuda.so.1";
    private static final String REMEDY =
            "install NVIDIA's driver 525.60 or later, or start the container with --gpus all";
    private static final List<String> CALLS =
            List.of(
                    "cuInit",
                    "cuDriverGetVersion",
                    "cuDeviceGetCount",
                    "cuDeviceGet",
                    "cuDeviceGetName",
                    "cuDeviceGetAttribute",
                    "cuDevicePrimaryCtxRetain",
                    "cuDevicePrimaryCtxRelease_v2",
                    "cuCtxPushCurrent_v2",
                    "cuCtxPopCurrent_v2",
                    "cuMemGetInfo_v2");
    private static final int NAME_BYTES = 256;

    private final LibraryCache cache;

    CudaDriver(LibraryCache cache) {
        this.cache = cache;
    }

    @Override
    public String load() throws BrokenRungException {
        checkWhole(LinkerFolders.all());
        for (NativeLibrary library : NativeLibrary.ofDriver()) {
            cache.extract(library);
        }
        try {
            Loader.loadGlobal(LIBRARY);
        } catch (UnsatisfiedLinkError e) {
            throw new BrokenRungException(
                    "NVIDIA's driver library cannot be loaded (" + e.getMessage() + ")", REMEDY, e);
        }
        for (String call : CALLS) {
            if (Loader.addressof(call) == null) {
                throw new BrokenRungException(
                        LIBRARY + " has no " + call + ", so it is not NVIDIA's driver of today",
                        REMEDY);
            }
        }
        try {
            Loader.load(cudart.class);
        } catch (LinkageError e) {
            throw new BrokenRungException(
                    "the binding to NVIDIA's driver cannot be loaded (" + e.getMessage() + ")",
                    ClassPathStep.REMEDY,
                    e);
        }
        return LIBRARY;
    }

    /** Looks at the library that the dynamic linker will take. */
    static void checkWhole(Collection<Path> folders) throws BrokenRungException {
        try {
            for (Path folder : folders) {
                Path file = folder.resolve(LIBRARY);
                if (Files.exists(file) && !ElfFile.isForAnotherMachine(file)) {
                    ElfFile.read(file);
                    break;
                }
            }
        } catch (IOException e) {
            throw new BrokenRungException(e.getMessage(), REMEDY, e);
        }
    }

    @Override
    public int version() throws CudaException {
        int[] version = new int[1];
        check(cudart.cuDriverGetVersion(version));
        return version[0];
    }

    @Override
    public void initialize() throws CudaException {
        check(cudart.cuInit(0));
    }

    @Override
    public int devices() throws CudaException {
        int[] count = new int[1];
        check(cudart.cuDeviceGetCount(count));
        return count[0];
    }

    @Override
    public Gpu gpu(int device) throws CudaException {
        int handle = handle(device);
        byte[] name = new byte[NAME_BYTES];
        check(cudart.cuDeviceGetName(name, name.length, handle));
        return new Gpu(
                new String(name, StandardCharsets.ISO_8859_1).split("\0", 2)[0],
                attribute(cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, handle),
                attribute(cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, handle));
    }

    /** In the device's primary context, which TensorRT uses as well. */
    @Override
    public Memory memory(int device) throws CudaException {
        int handle = handle(device);
        CUctx_st context = new CUctx_st();
        check(cudart.cuDevicePrimaryCtxRetain(context, handle));
        try {
            check(cudart.cuCtxPushCurrent(context));
            try (SizeTPointer free = new SizeTPointer(1);
                    SizeTPointer total = new SizeTPointer(1)) {
                check(cudart.cuMemGetInfo(free, total));
                return new Memory(free.get(), total.get());
            } finally {
                check(cudart.cuCtxPopCurrent(new CUctx_st()));
            }
        } finally {
            check(cudart.cuDevicePrimaryCtxRelease(handle));
        }
    }

    private static int handle(int device) throws CudaException {
        int[] handle = new int[1];
        check(cudart.cuDeviceGet(handle, device));
        return handle[0];
    }

    private static int attribute(int attribute, int handle) throws CudaException {
        int[] value = new int[1];
        check(cudart.cuDeviceGetAttribute(value, attribute, handle));
        return value[0];
    }

    private static void check(int answer) throws CudaException {
        if (answer != 0) {
            throw new CudaException(answer);
        }
    }
}
