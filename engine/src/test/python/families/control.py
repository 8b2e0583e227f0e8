"""Python that scripts keep and tracing evaluates: branches, loops, lists, dicts, results."""
from typing import Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .registry import SCRIPTED, TRACED, family, floats


class Scaled(nn.Module):
  def __init__(self, factor: float, bias: bool):
    super().__init__()
    self.factor, self.bias = factor, nn.Parameter(torch.randn(4)) if bias else None

  def forward(self, x, extra: Optional[Tensor] = None):
    y = x * self.factor
    if self.bias is not None:
      y = y + self.bias
    if extra is not None:
      y = y + extra
    return y


def tail(x: Tensor, size: int) -> Tensor:
  if x.size(1) > size:
    return x[:, -size:]
  elif x.dim() == 2:
    return x
  return F.pad(x, [0, 0, 0, size - x.size(1)])


@family("branches", SCRIPTED, x=floats(3, 4))
class Branches(nn.Module):
  mode: str

  def __init__(self):
    super().__init__()
    self.plain, self.shifted, self.mode = Scaled(2.0, False), Scaled(0.5, True), "mean"
    self.level = 2
    self.drop, self.norm = nn.Dropout(0.5), nn.BatchNorm1d(3)

  def pooled(self, x):
    if self.mode == "max":
      return x.amax(1)
    if self.mode == "mean":
      return x.mean(1)
    raise ValueError(f"mode {self.mode} of {x.dim()} axes")

  def forward(self, x):
    if self.training:
      a = x * 100
    else:
      a = x * 2
    if x.dim() == 3:
      b = x.sum(1)
    elif x.dim() == 4:
      b = x.sum((1, 2))
    else:
      b = x
    assert x.size(2) == 4, f"the last axis has {x.size(2)} instead of 4"
    if x.size(2) != 4:
      raise RuntimeError("wrong size: {}".format(x.size(2)))
    c = x if self.level > 3 else -x
    d = self.plain(x) if self.level == 2 and not self.training else self.shifted(x)
    if x.is_cuda or x.dtype == torch.float16:
      d = d.float()
    e = x
    if self.level >= 2:
      e = e + 1
      if self.level >= 3:
        e = e + 10
    return (a, b, c, d, e, self.pooled(x), tail(x, 2), tail(x, 5), tail(x[:, 0], 6),
            self.shifted(x, a), self.plain(x, None), self.drop(self.norm(x)))


@family("loops", SCRIPTED, x=floats(3, 4))
class Loops(nn.Module):
  def __init__(self):
    super().__init__()
    self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
    self.named = nn.ModuleDict({"one": nn.Linear(4, 2), "two": nn.ReLU()})
    self.stack = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    self.sizes = [1, 2]

  def forward(self, x):
    a = x
    for i in range(3):
      a = a * 2 + i
    b = x
    for layer in self.layers:
      b = torch.relu(layer(b))
    c = x
    for i, layer in enumerate(self.layers):
      c = layer(c) + i if i % 2 == 0 else c - layer(c)
    d, steps = x, 0
    while steps < 4:
      d = d + steps
      steps += 1
    e = x
    for i in range(x.size(1)):
      if i == 2:
        break
      e = e + x[:, i : i + 1]
    f = x[:, :, 0] * 0
    for i in range(5, 0, -2):
      if i == 3:
        continue
      f = f + i
    g: List[Tensor] = []
    for size in self.sizes:
      g.append(x[:, :size].sum(1))
    h = torch.zeros_like(x[:, 0])
    for part, size in zip(x.unbind(1), [1, 2, 3]):
      h = h + part * size
    i2 = x
    for name, layer in self.named.items():
      i2 = layer(i2)
    j = torch.stack([x[:, k] * k for k in range(3)], 1)
    total, k2 = 0, 1
    while k2 < x.size(2) * 4:
      k2 *= 2
      total += 1
    for r in range(2):
      for s in range(r + 1):
        d = d + r * s
    return a, b, c, d, e, f, g[0], g[1], h, i2, j, x * total, self.stack(x)


@family("lists", SCRIPTED, x=floats(6, 4))
class Lists(nn.Module):
  def forward(self, x):
    parts = list(x.split(2, 1))
    parts.append(parts[0] + parts[1])
    parts.insert(0, parts[2] * 2)
    last = parts.pop()
    parts[1] = -parts[1]
    parts.extend([last, last])
    parts.reverse()
    other = parts[1:3] + [x[:, :2]]
    sizes: List[int] = []
    for part in other:
      sizes += [part.size(1)]
    first, second, third = other
    pairs: List[Tuple[Tensor, int]] = [(first, 1), (second, 2)]
    total = torch.zeros_like(first)
    for tensor, weight in pairs:
      total = total + tensor * weight
    table: Dict[str, Tensor] = {"a": first, "b": second}
    table["c"] = third
    for key, value in table.items():
      if key != "b":
        total = total + value
    maybe: List[Optional[Tensor]] = [None, first]
    found = maybe[1]
    assert found is not None
    return (torch.cat(parts, 1), torch.cat(other, 1), total, x[:, : sum(sizes) // 3],
            table["a"] * len(table), found + 1, torch.cat(list(table.values()), 1), parts[-1])


class Both(NamedTuple):
  logits: Tensor
  features: List[Tensor]


class Inner(nn.Module):
  def forward(self, x) -> Both:
    return Both(x * 2, [x + 1, x - 1])


@family("named_tuple", SCRIPTED, x=floats(4))
class Named(nn.Module):
  def __init__(self):
    super().__init__()
    self.inner = Inner()

  def forward(self, x):
    inner = self.inner(x)
    return Both(inner.logits + inner.features[0], inner[1])


@family("dict_result", x=floats(4))
class Dictionary(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 3)

  def forward(self, x):
    y = self.lin(x)
    return {"out": y, "aux": y.relu(), "input": x}


@family("list_result", SCRIPTED, x=floats(4))
class ListResult(nn.Module):
  def forward(self, x) -> List[Tensor]:
    features: List[Tensor] = []
    for i in range(3):
      x = x * 2
      features.append(x)
    return features


@family("nested_result", x=floats(4))
class NestedResult(nn.Module):
  def forward(self, x):
    return x + 1, (x * 2, [x - 1, -x]), {"a": x.sum(1)}


@family("early_return", SCRIPTED, x=floats(4))
class EarlyReturn(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.aux = nn.Linear(4, 3), nn.Linear(3, 2)

  def forward(self, x, mask: Optional[Tensor] = None, scale: float = 2.0):
    y = self.lin(x)
    if mask is not None:
      return y * mask
    if not self.training:
      return y * scale
    return self.aux(y)


@family("passed_through", x=floats(4), y=floats(4))
class PassedThrough(nn.Module):
  """Results that are arguments, one result twice, a constant."""

  def __init__(self):
    super().__init__()
    self.weight = nn.Parameter(torch.randn(2, 3))

  def forward(self, x, y):
    z = x + 1
    return x, z, z, self.weight, y


@family("shared", x=floats(4))
class Shared(nn.Module):
  """A module called twice, one under two names, a weight that two modules share."""

  def __init__(self):
    super().__init__()
    self.lin, self.norm, self.act = nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU()
    self.again, self.other, self.tied = self.lin, nn.Linear(4, 4), nn.Linear(4, 7)
    self.other.weight, self.table = self.lin.weight, nn.Embedding(7, 4)
    self.tied.weight = self.table.weight

  def forward(self, x):
    y = self.act(self.norm(self.lin(x)))
    z = self.act(self.norm(self.lin(y) + self.again(x)))
    return y, z, self.other(z), self.tied(z) + self.table.weight.sum()


@family("script_in_trace", TRACED, x=floats(4))
class ScriptInTrace(nn.Module):
  """A traced module that calls a scripted function and a scripted module."""

  def __init__(self):
    super().__init__()
    self.lin, self.inner = nn.Linear(4, 4), torch.jit.script(Scaled(3.0, True))

  def forward(self, x):
    y = self.lin(x)
    return self.inner(y), scripted_swish(y)


@torch.jit.script
def scripted_swish(x: Tensor, beta: float = 1.0) -> Tensor:
  if beta == 1.0:
    return x * torch.sigmoid(x)
  return x * torch.sigmoid(x * beta)


@family("ignored_arguments", x=floats(4), y=floats(3))
class IgnoredArguments(nn.Module):
  def forward(self, x, y):
    return x * 2


@family("methods", SCRIPTED, x=floats(4))
class Methods(nn.Module):
  """Methods, attributes of several types, a property."""

  scales: List[float]
  table: Dict[str, int]

  def __init__(self):
    super().__init__()
    self.scales, self.table, self.pair = [0.5, 2.0], {"a": 3, "b": 4}, (1, 2)
    self.register_buffer("steps", torch.arange(4).float())
    self.optional: Optional[int] = None

  @torch.jit.export
  def scale(self, x, i: int):
    return x * self.scales[i]

  def forward(self, x):
    count = self.table["a"] + self.pair[1]
    if self.optional is not None:
      count += self.optional
    if "c" in self.table or len(self.scales) != 2:
      count = 0
    steps = self.steps
    return (self.scale(x, 0) + self.scale(x, 1), x * count, x + steps,
            x + self.scales[-1] if isinstance(x, Tensor) else x)
