"""The table of families, and the inputs that most of them use."""
import dataclasses
from typing import Callable, Dict, List, Sequence

import torch
from torch import Tensor, nn

FAMILIES = {}
TRACED, SCRIPTED = ("traced",), ("scripted",)


@dataclasses.dataclass
class Family:
  build: Callable[[], nn.Module]
  inputs: Dict[str, Callable[[int], Tensor]]
  kinds: Sequence[str] = TRACED + SCRIPTED
  sizes: Sequence[int] = (3, 1, 5)  # of the batches
  fast_path: bool = True  # of attention
  transform: Callable = lambda archive: archive  # before it is saved


def family(name, kinds=TRACED + SCRIPTED, sizes=(3, 1, 5), fast_path=True,
           transform=lambda archive: archive, **inputs):
  """A module's class, or a function that returns a module, becomes the family of that name."""
  def register(build):
    assert name not in FAMILIES, name
    FAMILIES[name] = Family(build, inputs, kinds, sizes, fast_path, transform)
    return build
  return register


def short(x):
  """Few digits, for small files."""
  return (x * 1024).round() / 1024


def floats(*shape):
  return lambda n: short(torch.randn(n, *shape))


def uniform(low, high, *shape):
  return lambda n: short(torch.empty(n, *shape).uniform_(low, high))


def positive(*shape):
  return uniform(0.1, 3, *shape)


def halves(*shape):
  """Multiples of one half, which rounding must put on the right side."""
  return lambda n: torch.randint(-9, 10, (n, *shape)) / 2


def ints(low, high, *shape, dtype=torch.int64):
  return lambda n: torch.randint(low, high, (n, *shape), dtype=dtype)


def bools(*shape):
  return lambda n: torch.rand(n, *shape) > 0.4


def valid(length):
  """A mask of tokens: true for the first few of each row, at least two."""
  return lambda n: torch.arange(length) < torch.randint(2, length + 1, (n, 1))


class Each(nn.Module):
  """Several layers, each on the same input."""

  def __init__(self, *layers):
    super().__init__()
    self.layers = nn.ModuleList(layers)

  def forward(self, x):
    results: List[Tensor] = []
    for layer in self.layers:
      results.append(layer(x))
    return results


def trained(model):
  """Random statistics for batch norms and values for parameters that start as constants."""
  for m in model.modules():
    if getattr(m, "running_mean", None) is not None:
      nn.init.normal_(m.running_mean)
      nn.init.uniform_(m.running_var, 0.5, 2)
  for p in model.parameters():
    if p.numel() and bool((p == p.flatten()[0]).all()):  # all zeros or all ones
      with torch.no_grad():
        p.add_(torch.randn_like(p) * 0.2)
  return model
