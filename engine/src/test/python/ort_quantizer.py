"""The INT8 models that ONNX Runtime's quantizer makes of the example models.

Usage: python ort_quantizer.py ../../../../examples/models ../resources/inspect
Needs onnx, onnxruntime and numpy. What TensorRT makes of a model depends on where Q/DQ stand and
of what type they are, so the calibration data are random.

* ort-default-resnet.onnx: quantize_static as it comes, which quantizes the bias, too.
* ort-tensorrt-vit.onnx: the ViT up to its second block, with the options that its documentation
  gives for TensorRT.
"""
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnx.utils
import onnxruntime.quantization as quantization


class RandomImages(quantization.CalibrationDataReader):
  """A few batches of one image."""

  def __init__(self, name):
    random = np.random.default_rng(0)
    self.batches = iter(
        [{name: random.standard_normal((1, 1, 28, 28)).astype(np.float32)} for _ in range(4)])

  def get_next(self):
    return next(self.batches, None)


def quantize(source, target, **options):
  name = onnx.load(source).graph.input[0].name
  quantization.quantize_static(source, target, RandomImages(name), per_channel=True, **options)


def first_block(source, target):
  model = onnx.load(source)
  second = next(n for n in model.graph.node if n.name.startswith("/blocks/blocks.1/"))
  end = onnx.helper.make_tensor_value_info(
      second.input[0], onnx.TensorProto.FLOAT, ["batch", "tokens", "features"])
  model.graph.value_info.append(end)
  extractor = onnx.utils.Extractor(model)
  onnx.save(extractor.extract_model([model.graph.input[0].name], [second.input[0]]), target)


def main(models, target):
  target.mkdir(parents=True, exist_ok=True)
  small = pathlib.Path(tempfile.mkdtemp()) / "vit.onnx"
  first_block(models / "vit.onnx", small)
  quantize(models / "resnet.onnx", target / "ort-default-resnet.onnx")
  quantize(
      small, target / "ort-tensorrt-vit.onnx",
      activation_type=quantization.QuantType.QInt8,
      weight_type=quantization.QuantType.QInt8,
      extra_options={
          "ActivationSymmetric": True,
          "WeightSymmetric": True,
          "QuantizeBias": False,
          "AddQDQPairToWeight": True,
          "DedicatedQDQPair": True,
      })


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
