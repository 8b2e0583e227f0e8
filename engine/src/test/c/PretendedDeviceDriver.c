/*
 * A stand-in for NVIDIA's driver, libcuda.so.1, that pretends to one device, so that what comes
 * after a device was found can be tried without one. Nothing runs on it.
 * Built by tests with: gcc -shared -fPIC -Wl,-soname,libcuda.so.1
 */
#include <stddef.h>
#include <string.h>

int cuInit(unsigned flags) { return 0; }
int cuDriverGetVersion(int *version) { *version = 12030; return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int number) { *device = number; return 0; }
int cuDeviceGetName(char *name, int length, int device) {
  strncpy(name, "Pretended GPU", length);
  return 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? 8 : attribute == 76 ? 6 : 0; /* compute capability 8.6 */
  return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int device) { *context = context; return 0; }
int cuDevicePrimaryCtxRelease_v2(int device) { return 0; }
int cuCtxPushCurrent_v2(void *context) { return 0; }
int cuCtxPopCurrent_v2(void **context) { *context = NULL; return 0; }
int cuMemGetInfo_v2(size_t *free, size_t *total) {
  *free = (size_t)20 << 30;
  *total = (size_t)24 << 30;
  return 0;
}
