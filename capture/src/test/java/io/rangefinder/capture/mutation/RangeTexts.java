package io.rangefinder.capture.mutation;

/** A file of ranges in each format. */
final class RangeTexts {

    static final String LINES = "x: 1.5\nlayer1.0.conv1:0.25\nonnx::Conv_3:7e-5\n";

    static final String RANGES =
            """
            # rangefinder ranges
            # model: sha256:%s
            # input: x float32 [32,1,28,28]
            # inputs: 512
            # method: minmax
            # version: 0.1.0
            # date: 2026-01-02T03:04:05Z
            """
                            .formatted("0123456789abcdef".repeat(4))
                    + LINES;

    static final String CACHE =
            "TRT-8601-EntropyCalibration2\nx: 3c010a14\nconv 1: 3d8f5c29\ny: 0\n";

    static final String STATISTICS =
            """
            {
              "format": "rangefinder-statistics",
              "version": 1,
              "provenance": {
                "model": "sha256:%s",
                "inputs": [{"name": "x", "type": "float32", "shape": [32, 1, 28, 28]}],
                "samples": 512,
                "method": "minmax",
                "date": "2026-01-02T03:04:05Z"
              },
              "tensors": {
                "conv1": {"count": 401408, "min": -3.25, "max": 2.5},
                "bad": {"count": 3, "nan": 2, "positiveInfinities": 1}
              }
            }
            """
                    .formatted("0123456789abcdef".repeat(4));

    private RangeTexts() {}
}
