"""Makes src/test/resources/fused: models on PyTorch's fused paths, with what is inside them by the formulas.

Each NAME.npz holds the inputs (in.0, in.1), PyTorch's outputs (out.0, …) and, by hook point, the least and the greatest
element of what an encoder layer computes (range.POINT), worked out in float64 from the definition alone.
"""
import pathlib
import sys
import warnings
import zipfile

import numpy as np
import torch
from torch import nn

warnings.simplefilter("ignore")
KEYS = torch.tensor([[0, 0, 0, 0, 0], [0, 0, 0, 1, 1], [0, 0, 0, 0, 1]])


class Encoder(nn.Module):
  def __init__(self, layers, nested=False, **options):
    super().__init__()
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, **options)
    self.t = nn.TransformerEncoder(layer, layers, enable_nested_tensor=nested)
    self.o = nn.Linear(8, 4)

  def forward(self, x):
    return self.o(self.t(x))


class Padded(Encoder):
  def forward(self, x, keys):
    return self.o(self.t(x, src_key_padding_mask=keys == 1))


class Attention(nn.Module):
  def __init__(self):
    super().__init__()
    self.a = nn.MultiheadAttention(8, 2, batch_first=True)
    self.o = nn.Linear(8, 4)

  def forward(self, x):
    y, weights = self.a(x, x, x)
    assert weights is not None
    return self.o(y), weights


class PaddedAttention(Attention):
  def forward(self, x, keys):
    y, _ = self.a(x, x, x, key_padding_mask=keys == 1, need_weights=False)
    return self.o(y)


def attend(m, x, hidden, path, see, out="linear@1"):
  b, l, e = x.shape
  see(f"{path}/linear", qkv := x @ m.in_proj_weight.T.double() + m.in_proj_bias.double())
  q, k, v = (p.reshape(b, l, 2, e // 2).transpose(1, 2) for p in qkv.split(e, 2))
  see(f"{path}/matmul", scores := (q / (e // 2) ** .5) @ k.transpose(2, 3), rows=2)
  if hidden is not None:
    scores = scores.masked_fill(hidden[:, None, None], -torch.inf)
  see(f"{path}/softmax", weights := scores.softmax(3), rows=2)
  see(f"{path}/reshape@3", y := (weights @ v).transpose(1, 2).reshape(b, l, e))
  see(f"{path}/{out}", y := y @ m.out_proj.weight.T.double() + m.out_proj.bias.double())
  return y


def norm(m, x):
  x = x - x.mean(2, keepdim=True)
  return x / (x.square().mean(2, keepdim=True) + m.eps).sqrt() * m.weight.double() + m.bias.double()


def encode(layer, x, hidden, path, see):
  first = layer.norm_first
  if first:
    see(f"{path}/layer_norm", y := norm(layer.norm1, x))
    x = x + attend(layer.self_attn, y, hidden, path, see)
    see(f"{path}/layer_norm@1", y := norm(layer.norm2, x))
  else:
    y = x + attend(layer.self_attn, x, hidden, path, see)
    see(f"{path}/layer_norm", x := norm(layer.norm1, y))
    y = x
  see(f"{path}/linear@2", y := y @ layer.linear1.weight.T.double() + layer.linear1.bias.double())
  gelu = layer.activation_relu_or_gelu == 2
  y = y * (1 + torch.erf(y / 2 ** .5)) / 2 if gelu else y.clamp(min=0)
  see(f"{path}/" + ("gelu" if gelu else "relu"), y)
  see(f"{path}/linear@3", y := y @ layer.linear2.weight.T.double() + layer.linear2.bias.double())
  x = x + y
  if not first:
    see(f"{path}/layer_norm@1", x := norm(layer.norm2, x))
  return x


def main(folder):
  torch.manual_seed(0)
  x = torch.randn(3, 5, 8)
  models = {
    "post_relu_traced": (Encoder(2), (x,)),
    "pre_gelu_scripted": (Encoder(1, norm_first=True, activation="gelu"), (x,)),
    "padded_traced": (Padded(1), (x, KEYS)),
    "nested_traced": (Padded(2, nested=True), (x, KEYS)),
    "attention_scripted": (Attention(), (x,)),
    "attention_padded_traced": (PaddedAttention(), (x, KEYS)),
  }
  for name, (model, inputs) in models.items():
    for parameter in model.parameters():
      if parameter.dim() == 1:
        nn.init.uniform_(parameter, -.5, .5)
    model.eval()
    nested = name.startswith("nested")
    hidden = inputs[1] == 1 if len(inputs) > 1 else None
    arrays = {f"in.{i}": v.numpy() for i, v in enumerate(inputs)}
    with torch.no_grad():
      torch.jit.trace(model, inputs, check_trace=False).save(folder / f"{name}.pt") if name.endswith("traced") \
          else torch.jit.script(model).save(folder / f"{name}.pt")
      outputs = model(*inputs)
      for i, output in enumerate(outputs if isinstance(outputs, tuple) else (outputs,)):
        arrays[f"out.{i}"] = output.numpy()

      def see(point, value, rows=1):
        if nested:
          value = value.transpose(1, 2) if rows == 2 else value
          value = value[~hidden]
        arrays["range." + point] = np.array([value.min().item(), value.max().item()])

      y = x.double()
      if isinstance(model, Encoder):
        for i, layer in enumerate(model.t.layers):
          y = encode(layer, y, hidden, f"t.layers.{i}", see)
      else:
        # Scripted code decides when it runs whether queries, keys and values are one sequence.
        attend(model.a, y, hidden, "a", see, "linear@3" if name.endswith("scripted") else "linear@1")
    np.savez_compressed(folder / f"{name}.npz", **arrays)
    without_debug_files(folder / f"{name}.pt")


def without_debug_files(archive):
  """They hold paths of the machine."""
  with zipfile.ZipFile(archive) as z:
    entries = [(e.filename, z.read(e)) for e in z.infolist() if not e.filename.endswith(".debug_pkl")]
  with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as z:
    for name, data in entries:
      z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


if __name__ == "__main__":
  main(pathlib.Path(sys.argv[1]))
