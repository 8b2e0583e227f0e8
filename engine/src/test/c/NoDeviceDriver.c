/*
 * A stand-in for NVIDIA's driver, libcuda.so.1, on machines that have none: every call answers
 * CUDA_ERROR_NO_DEVICE. Built by tests with: gcc -shared -fPIC -Wl,-soname,libcuda.so.1
 */
#define ANSWER(call) int call(void) { return 100; }

ANSWER(cuInit)
ANSWER(cuDriverGetVersion)
ANSWER(cuDeviceGetCount)
ANSWER(cuDeviceGet)
ANSWER(cuDeviceGetName)
ANSWER(cuDeviceGetAttribute)
ANSWER(cuDevicePrimaryCtxRetain)
ANSWER(cuDevicePrimaryCtxRelease_v2)
ANSWER(cuCtxPushCurrent_v2)
ANSWER(cuCtxPopCurrent_v2)
ANSWER(cuMemGetInfo_v2)

/* How the CUDA runtime finds all other calls. */
ANSWER(cuGetProcAddress)
ANSWER(cuGetProcAddress_v2)
