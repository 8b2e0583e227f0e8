/* A library that says it is TensorRT 8.4.1 or, with a SONAME of its own, another version. */
#ifndef VERSION
#define VERSION tensorrt_version_8_4_1_5
#endif
int VERSION;
int getInferLibVersion(void) { return 8401; }
