"""How weights lie in archives: strides, shared storage, types, frozen, computed from others."""
from typing import Dict, List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .registry import SCRIPTED, TRACED, family, floats


@family("stored_weights", x=floats(4), image=floats(4, 5, 6))
class Stored(nn.Module):
  def __init__(self):
    super().__init__()
    large = torch.randn(10, 8)
    self.turned, self.every = nn.Parameter(large[:4, :3].t()), nn.Parameter(large[1::3, :4])
    self.part = nn.Parameter(large[5, 2:6])
    self.conv = nn.Conv2d(4, 3, 3).to(memory_format=torch.channels_last)
    self.register_buffer("wide", torch.randn(1, 4).expand(3, 4))
    self.register_buffer("halves", torch.randn(4).half())
    self.register_buffer("brain", torch.randn(4).bfloat16())
    self.register_buffer("doubles", torch.randn(4).double())
    self.register_buffer("bytes", torch.arange(4, dtype=torch.uint8))
    self.register_buffer("chars", torch.arange(-2, 2, dtype=torch.int8))
    self.register_buffer("shorts", torch.arange(4, dtype=torch.int16))
    self.register_buffer("integers", torch.arange(4, dtype=torch.int32))
    self.register_buffer("flags", torch.tensor([True, False, True, True]))
    self.register_buffer("scalar", torch.tensor(1.5))
    self.register_buffer("nothing", torch.zeros(0, 4))
    self.register_buffer("passing", torch.randn(4), persistent=False)

  def forward(self, x, image):
    return (F.linear(x, self.turned), F.linear(x, self.every), x * self.part, self.conv(image),
            self.conv(image.contiguous(memory_format=torch.channels_last)), x[:, None] + self.wide,
            x * self.halves.float(),
            x * self.brain.float(), x * self.doubles, x * self.bytes, x * self.chars,
            x * self.shorts, x * self.integers, x * self.flags, x * self.scalar,
            torch.cat([x, self.nothing]), x + self.passing, self.integers + self.bytes)


@family("stored_attributes", SCRIPTED, x=floats(4))
class Attributes(nn.Module):
  """Tensors in lists, dicts and tuples that are attributes."""

  parts: List[Tensor]
  table: Dict[str, Tensor]

  def __init__(self):
    super().__init__()
    self.parts = [torch.randn(4), torch.randn(4)]
    self.table = {"a": torch.randn(4), "b": torch.tensor(2.0)}
    self.pair, self.plain = (torch.randn(4), 3), torch.randn(4)

  def forward(self, x):
    y = x
    for part in self.parts:
      y = y * part
    return y, x + self.table["a"] * self.table["b"], x * self.pair[0] * self.pair[1], x - self.plain


class Folded(nn.Module):
  def __init__(self):
    super().__init__()
    self.conv, self.norm = nn.Conv2d(4, 3, 3, bias=False), nn.BatchNorm2d(3)
    self.fc = nn.Linear(3, 2)
    self.drop, self.scale = nn.Dropout(), nn.Parameter(torch.randn(3, 1, 1))

  def forward(self, x):
    y = F.relu(self.norm(self.conv(x))) * self.scale
    if self.training:
      y = y * 2
    return self.fc(self.drop(y.mean((2, 3)))), y


@family("frozen", transform=torch.jit.freeze, x=floats(4, 5, 6))
def frozen():
  """Weights are constants of the code, and PyTorch has folded the batch norm."""
  return Folded()


@family("frozen_exactly", transform=lambda archive: torch.jit.freeze(archive,
        optimize_numerics=False), x=floats(4, 5, 6))
def frozen_exactly():
  return Folded()


@family("parametrized", TRACED, x=floats(4), line=floats(4, 6))
class Parametrized(nn.Module):
  def __init__(self):
    super().__init__()
    self.conv = nn.utils.parametrizations.weight_norm(nn.Conv1d(4, 3, 3))
    self.old = nn.utils.weight_norm(nn.Linear(4, 3))
    self.spectral = nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3))
    self.flat = nn.utils.parametrizations.weight_norm(nn.Linear(4, 3), dim=None)

  def forward(self, x, line):
    return self.conv(line), self.old(x), self.spectral(x), self.flat(x)
