"""Layers of torch.nn."""
import torch
import torch.nn.functional as F
from torch import nn

from .registry import fixture, images, norms, sequences


class Attention(nn.Module):
  def __init__(self):
    super().__init__()
    self.mha, self.last = nn.MultiheadAttention(4, 2, batch_first=True), nn.Linear(4, 4)

  def forward(self, x):
    y, _ = self.mha(x, x, x, need_weights=False)
    z, weights = self.mha(y, x, x)
    return self.last(z), weights


@fixture("MultiheadAttention with its fast path on", everywhere=True)
def attention():
  return Attention(), sequences()


class Encoder(nn.Module):
  def __init__(self, **options):
    super().__init__()
    self.layers = nn.ModuleList(
        nn.TransformerEncoderLayer(4, 2, 8, batch_first=True, **options) for _ in range(2))
    self.last = nn.Linear(4, 4)

  def forward(self, x):
    for layer in self.layers:
      x = layer(x)
    return self.last(x)


@fixture("TransformerEncoderLayer on its fast path: no child is called", everywhere=True)
def encoder_fast():
  return Encoder(), sequences()


@fixture("TransformerEncoderLayer without a fast path, for its activation: children are called")
def encoder():
  return Encoder(norm_first=True, activation=F.silu), sequences()


class Resize(nn.Module):
  """Not F.interpolate, whose scripted code names an operator that older PyTorch does not know."""

  def forward(self, x):
    return torch._C._nn.upsample_bilinear2d(x, [6, 6], False, None)


class Spatial(nn.Module):
  def __init__(self):
    super().__init__()
    self.up, self.bn = nn.ConvTranspose2d(4, 4, 2, 2), nn.BatchNorm2d(4)
    self.group, self.instance = nn.GroupNorm(2, 4), nn.InstanceNorm2d(4, affine=True)
    self.layer, self.prelu = nn.LayerNorm([4, 6, 6]), nn.PReLU()
    self.depthwise = nn.Conv2d(4, 4, 3, padding=1, groups=4, padding_mode="reflect")
    self.gelu, self.silu, self.hard = nn.GELU(), nn.SiLU(), nn.Hardswish()
    self.max, self.avg = nn.MaxPool2d(2, return_indices=True), nn.AvgPool2d(2)
    self.lp, self.resize = nn.LPPool2d(2, 2), Resize()
    self.adaptive, self.softmax = nn.AdaptiveAvgPool2d((2, 1)), nn.Softmax(1)
    self.flatten = nn.Flatten()

  def forward(self, x):
    y = self.hard(self.group(self.bn(self.up(x))))
    y, where = self.max(F.pad(y, (1, 1, 1, 1), value=-3.0))
    y = (y * where)[..., :6, :6] + self.layer(x) + self.instance(x)
    y = self.gelu(self.depthwise(y)) + self.prelu(y) * self.silu(y)
    y = F.pad(y, [2, 1, 1, 2], "circular") + F.adaptive_max_pool2d(self.resize(self.avg(y)), 1)
    y = torch.cat([self.adaptive(y), F.adaptive_avg_pool2d(self.lp(y.abs()), [2, 1])], 1)
    return self.softmax(self.flatten(y))


@fixture("convolutions, norms, pooling, padding, resizing, activations")
def spatial():
  return norms(Spatial()), images()


class Interpolated(nn.Module):
  def __init__(self):
    super().__init__()
    self.conv, self.up = nn.Conv2d(4, 2, 1), nn.Upsample(scale_factor=2, mode="bilinear")

  def forward(self, x):
    return F.interpolate(self.up(self.conv(x)), size=[9, 9], mode="nearest")


@fixture("Upsample and F.interpolate; the scripted archive names aten::_upsample_lanczos2d_aa, "
         "which PyTorch 2.7 does not have: it must be refused with a clear message", needs="2.13")
def interpolated():
  return Interpolated(), images()
