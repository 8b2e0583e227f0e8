"""Control flow."""
from typing import Optional

import torch
from torch import Tensor, nn

from .registry import SCRIPTED, TRACED, fixture, norms, rows, signs


class Branch(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b, self.act = nn.Linear(4, 2), nn.Linear(4, 2), nn.ReLU()

  def forward(self, x):
    if bool(x.sum() > 0):
      y = self.act(self.a(x))
    else:
      y = self.act(self.b(x)) - 1
    return y


@fixture("if/else on data; the ReLU is called once in each branch", **SCRIPTED)
def branch_on_data():
  return Branch(), signs()


class Settings(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.norm = nn.Linear(4, 4), nn.BatchNorm1d(4)
    self.extra: Optional[nn.Module] = None
    self.down = nn.Linear(4, 4)
    self.table: Optional[Tensor] = None
    self.limit: Optional[float] = 0.5

  def forward(self, x, mask: Optional[Tensor] = None):
    y = self.norm(self.a(x))
    if self.training:
      y = y * 100
    if self.extra is not None:
      y = self.extra(y)
    if self.down is not None:
      y = self.down(y)
    if mask is not None:
      y = y * mask
    if self.table is None:
      y = y + 1
    limit = self.limit
    if limit is not None:
      y = y.clamp(max=limit)
    return y


@fixture("conditions on self.training and on what is None; an argument that may be left out",
         **SCRIPTED)
def branch_on_none():
  batches = rows()
  batches[1]["mask"] = torch.tensor([[0.0, 1, 0, 1]])
  return norms(Settings()), batches


class EarlyReturn(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b, self.c, self.d = (nn.Linear(4, 4) for _ in range(4))

  def forward(self, x):
    if x.size(0) == 1:
      return self.a(x)
    y = self.b(x)
    if bool(y.mean() > 0):
      return torch.relu(y)
    for i in range(3):
      if x.size(0) == i + 3:
        return self.c(y) - i
    return self.d(y)


@fixture("returns from the middle of forward and from within a loop", **SCRIPTED, loops=["c"])
def early_return():
  model = EarlyReturn()
  nn.init.constant_(model.b.bias, -1)
  batches = rows(3, 1, 4, 7, 2)
  batches[-1]["x"] = model.b.weight.sum(0, keepdim=True).detach().repeat(2, 1) * 9
  return model, batches


class NestedIfs(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b, self.c, self.d = (nn.Linear(4, 4) for _ in range(4))

  def forward(self, x):
    if x.size(0) > 1:
      if bool(x.sum() > 0):
        y = self.a(x)
      elif x.size(0) > 4:
        y = self.b(x)
      else:
        y = self.c(x) if bool(x.max() > -1) else x
      y = y + 1
    else:
      y = self.d(x)
    return y if x.size(0) != 5 else -y


@fixture("nested ifs, elif and conditional expressions", **SCRIPTED)
def nested_ifs():
  return NestedIfs(), [*signs(), {"x": torch.randn(1, 4)}, {"x": torch.randn(5, 4) - 1}]


class While(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.act = nn.Linear(4, 4), nn.Tanh()
    self.inner = nn.Sequential(nn.Linear(4, 4), nn.ReLU())

  def forward(self, x):
    n = 0
    while bool(x.abs().sum() > 3.0) and n < 6:
      x = self.act(self.lin(x)) * 0.8
      x = x + self.inner(x) * 0.1
      n += 1
    return x


@fixture("a while loop whose count depends on the data, and may be 0", **SCRIPTED,
         loops=["lin", "act", "inner"])
def while_loop():
  return While(), [*rows(), {"x": torch.full((1, 4), 0.1)}]


class ForRange(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.act = nn.Linear(4, 4), nn.ReLU()

  def forward(self, x):
    for _ in range(3):
      x = self.act(self.lin(x)) + 0.5
    for column in range(x.size(1)):
      x = x + self.act(x[:, column:column + 1])
    return x


@fixture("for over range in scripted code, which stays a loop", **SCRIPTED, loops=["lin", "act"])
def for_range():
  return ForRange(), rows()


@fixture("the same loops traced: unrolled, each call its own", **TRACED)
def for_range_unrolled():
  return ForRange(), rows()


class Lists(nn.Module):
  def __init__(self):
    super().__init__()
    self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 4), nn.ReLU()),
                                 nn.Linear(4, 4)])
    self.heads = nn.ModuleDict({"mean": nn.Linear(4, 1), "scale-2": nn.Linear(4, 2)})
    self.act = nn.ReLU6()

  def forward(self, x):
    for i, layer in enumerate(self.layers):
      x = self.act(layer(x)) + i
    x = self.layers[0](x) + self.layers[-1](x)
    result = []
    for name, head in self.heads.items():
      result.append(head(x) * len(name))
    for layer, other in zip(self.layers, self.heads.values()):
      result.append(other(layer(x)))
    return torch.cat(result, 1), self.heads["mean"](x)


@fixture("ModuleList and ModuleDict: iterated (unrolled), enumerated, zipped, indexed")
def module_lists():
  return Lists(), rows()


class BreakContinue(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 4)

  def forward(self, x):
    for i in range(8):
      if i == 2:
        continue
      y = self.lin(x)
      if bool(y.abs().max() > 3):
        break
      x = x + y
      while True:
        x = x * 1.5
        if bool(x.abs().max() > 2):
          break
    return x


@fixture("break and continue in loops", **SCRIPTED, loops=["lin"])
def break_continue():
  return BreakContinue(), rows()
