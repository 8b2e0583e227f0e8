"""What TorchScript can say beside modules and tensors."""
import enum
from typing import Any, Dict, Final, List, Optional, Union

import torch
from torch import Tensor, nn

from .registry import SCRIPTED, TRACED, fixture, rows


class Strings(nn.Module):
  label: Final[str]

  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 4)
    self.label = "it's \"quoted\" \\ back\n\tline # not a comment: é 漢 🙂 \x01 {0} %s"
    self.plain = "a = 'b' # c\\"

  def forward(self, x):
    if x.dim() != 2:
      raise ValueError(f"expected 2 dimensions of \"x\", got {x.dim()}: 'no'\\")
    assert x.size(1) == 4, "four, not {} (self.lin(x))"
    label = self.label + """ and
'''three''' lines\\"""
    text = "{} of {}".format(x.size(0), label) + f"{x.size(1)}%"
    start = len(text.split("line")[0])  # TorchScript counts bytes, so ASCII only
    sizes = {"it's": 1.0, 'the "key"': 2.0, "": 3.0, "tail\\": float(start)}
    y = self.lin(x)
    for key, value in sizes.items():
      y = y + value * len(key)
    if text.find("é 漢 🙂 \x01 {0}") > 0 and self.plain.endswith("'b' # c\\"):
      y = -y
    return y


@fixture("strings with quotes, backslashes, line breaks, code and other alphabets; raise, assert, "
         "format", **SCRIPTED)
def strings():
  return Strings(), rows()


class Expression(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.act = nn.Linear(4, 4), nn.ReLU()

  def forward(self, x):
    return ((((((((self.act(self.lin(x * 2 + 1)) - 1) * (x + 3) / 2 + self.act(x) ** 2 - x.abs())
                * 0.5 + (x - 1) * (x - 2) * (x - 3) - ((x + 1) * (x + 2)) / (x.abs() + 1)) ** 2)
               .sqrt() + torch.relu(torch.sigmoid(torch.tanh(torch.neg(torch.exp(-x.abs()))))))
              * 1e-3 + 1.5e8 * 1e-9 - 0x10 + 7 // 2 + 7 % 4 - (-3) ** 3 + float(1 << 2))
             .clamp(-1e6, 1e6).add(x, alpha=-2).mul(torch.where(x > 0, x, -x)))
            @ self.lin.weight.t())


@fixture("a very long expression with module calls within it; number formats")
def long_expression():
  return Expression(), rows()


class Chain(nn.Module):
  def __init__(self):
    super().__init__()
    self.act = nn.Hardtanh(-50, 50)

  def forward(self, x):
    start = x
    for i in range(120):
      # Contracts: rounding, which differs between processors, must not grow from step to step.
      x = torch.sin(x * 0.25) + start * 0.9 - (x.abs() + (1 + i / 7)).log()
      if i % 40 == 0:
        x = self.act(x)
    return x


@fixture("some 700 operators in one traced forward", **TRACED)
def long_trace():
  return Chain(), rows()


class Constants(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 4)
    self.table = torch.randn(4)
    self.register_buffer("mean", torch.randn(4))
    self.register_buffer("passing", torch.randn(4), persistent=False)
    self.weights = nn.ParameterList([nn.Parameter(torch.randn(4)) for _ in range(3)])
    self.sizes, self.ratio = [1, 2, 3], (0.5, 2)
    self.options: Dict[str, float] = {"gain": 1.5}

  def forward(self, x):
    y = self.lin(x - self.mean) * self.passing + self.table
    for weight in self.weights:
      y = y * weight
    y = y * torch.tensor([1.0, -2.0, 3.0, 0.5])
    return y + self.sizes[0] * self.ratio[0] * self.options["gain"] + float("inf") ** -1


@fixture("tensor constants, buffers, ParameterList, list and dict attributes; traced: CONSTANTS.c0")
def constants():
  return Constants(), rows()


class Mode(enum.Enum):
  ADD = "add"
  SCALE = "scale"


class Level(enum.Enum):
  LOW = 1
  HIGH = 2


class Enums(nn.Module):
  def __init__(self, mode: Mode):
    super().__init__()
    self.mode, self.lin = mode, nn.Linear(4, 4)

  def forward(self, x):
    level = Level.HIGH if x.size(0) > 2 else Level.LOW
    y = self.lin(x)
    if self.mode == Mode.ADD:
      y = y + level.value
    else:
      y = y * level.value * len(self.mode.name)
    return y


@fixture("enums as attributes and variables", **SCRIPTED)
def enums():
  return nn.Sequential(Enums(Mode.ADD), Enums(Mode.SCALE)), rows(name="input")


@torch.jit.script
class Accumulator:
  def __init__(self, start: Tensor):
    self.total = start
    self.n = 0

  def add(self, x: Tensor) -> "Accumulator":
    self.total = self.total + x
    self.n += 1
    return self

  def mean(self) -> Tensor:
    return self.total / max(self.n, 1)

  @staticmethod
  def unit() -> float:
    return 0.25

  def __len__(self) -> int:
    return self.n


class UsesClass(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.act = nn.Linear(4, 4), nn.ReLU()

  def forward(self, x):
    sums = Accumulator(torch.zeros_like(x))
    sums.add(self.lin(x)).add(self.act(x))
    for i in range(2):
      sums.add(x * i)
    return sums.mean() * len(sums) + Accumulator.unit()


@fixture("a TorchScript class with state, its methods called from forward", **SCRIPTED)
def script_class():
  return UsesClass(), rows()


class Types(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.act = nn.Linear(4, 4), nn.ReLU()

  def unwrap(self, x: Optional[Tensor]) -> Tensor:
    assert x is not None
    return x

  def either(self, x: Union[Tensor, List[Tensor]]) -> Tensor:
    if isinstance(x, Tensor):
      return self.lin(x)
    return self.lin(x[0])

  def anything(self, x: Any) -> Tensor:
    if isinstance(x, Tensor):
      return x * 2
    assert isinstance(x, int)
    return torch.tensor(float(x))

  def forward(self, x):
    empty = torch.jit.annotate(List[Tensor], [])
    maybe = torch.jit.annotate(Optional[Tensor], None)
    if x.size(0) > 1:
      maybe = x
    y = self.unwrap(maybe) if maybe is not None else self.either(x)
    y = y + self.either([x, x]) + self.anything(x) + self.anything(3)
    if x.size(0) == 3:
      z, name = self.act(y), "three"
    elif x.size(0) < 6:
      z, name = self.act(-y), "less"
    else:
      raise RuntimeError("too many")
    empty.append(z)
    n = int(float(x.size(0)) * 1.5) + int(bool(x.size(0)))
    scalar = float(x.sum().item()) if bool(x.any()) else 0.0
    return empty[0] * n + scalar * len(name)


@fixture("annotate, Optional, Union and Any with isinstance, variables set in branches beside a "
         "raise, casts", **SCRIPTED)
def types():
  return Types(), rows()


class Comprehensions(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.act = nn.Linear(4, 4), nn.ReLU()

  def forward(self, x):
    columns = [self.lin(x) * i for i in [1, 2, 3]]
    sizes = {str(i): columns[i].abs().sum() for i in range(len(columns))}
    named: Dict[str, Tensor] = {"a": self.act(x)}
    named.update({"b": x.neg()})
    named["c"] = named.pop("b") + 1
    del columns[0]
    columns.insert(0, x)
    columns[1] = self.act(columns[1])
    total = torch.zeros([4])
    for key in sorted(named.keys()):
      total = total + named[key].sum(0)
    while len(columns) > 0:
      total = total + columns.pop().sum(0)
    return total, sizes


@fixture("list and dict comprehensions (loops in the archive), list and dict methods", **SCRIPTED,
         loops=["lin"])
def comprehensions():
  return Comprehensions(), rows()


def forked(x: Tensor, y: Tensor) -> Tensor:
  return x * 2 + y


class Forks(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b, self.c = nn.Linear(4, 4), nn.Linear(4, 4), nn.ReLU()

  def branch(self, x):
    inner = torch.jit.fork(self.b, x)
    return self.c(x) + torch.jit.wait(inner)

  def forward(self, x):
    one = torch.jit.fork(self.a, x)
    two = torch.jit.fork(forked, x, y=x)
    three = torch.jit.fork(self.branch, x)
    return torch.jit.wait(one) + torch.jit.wait(two) - torch.jit.wait(three)


@fixture("fork and wait: a module, a function, a method that forks again", **SCRIPTED)
def forks():
  return Forks(), rows()


class NoGrad(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.act, self.last = nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4)

  def forward(self, x):
    with torch.no_grad():
      y = self.lin(x)
      with torch.no_grad():
        y = self.act(y)
    if torch.jit.is_scripting():
      y = y + 1
    else:
      y = y + torch.ones_like(y)
    if torch.is_grad_enabled():
      y = y.detach()
    return self.last(y)


@fixture("with torch.no_grad(), is_scripting, is_grad_enabled", **SCRIPTED)
def no_grad():
  return NoGrad(), rows()


class Contexts(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.act = nn.Linear(4, 4), nn.ReLU()

  def forward(self, x):
    with torch.autograd.profiler.record_function("lin") as scope:
      y = self.lin(x)
    with torch.autocast("cpu", dtype=torch.bfloat16):
      z = self.lin(x)
    return self.act(y) + z.float()


@fixture("with record_function(...) as, with autocast", **SCRIPTED)
def contexts():
  return Contexts(), rows()


@torch.jit.interface
class Operation(nn.Module):
  def forward(self, x: Tensor) -> Tensor:
    pass


class Twice(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 4)

  def forward(self, x: Tensor) -> Tensor:
    return self.lin(x) * 2


class Squared(nn.Module):
  def forward(self, x: Tensor) -> Tensor:
    return x * x


class Interfaces(nn.Module):
  op: Operation

  def __init__(self):
    super().__init__()
    self.op = Twice()
    self.ops = nn.ModuleList([Twice(), Squared()])

  def forward(self, x, which: Tensor):
    y = self.op.forward(x)
    chosen: Operation = self.ops[int(which.item())]
    return y + chosen.forward(x)


@fixture("a module interface, and one of several modules chosen by number; called as .forward(), "
         "where PyTorch runs no hook: only the children have entries", **SCRIPTED)
def interfaces():
  return Interfaces(), [b | {"which": torch.tensor(i)} for i, b in zip((0, 1, 0), rows())]


class Taken(nn.Module):
  def __init__(self):
    super().__init__()
    self.rec, self.pfx, self.hook = nn.Linear(4, 4), nn.ReLU(), nn.Tanh()
    self.points, self.stats, self.record = nn.Linear(4, 4), 2.0, 3

  def observe(self, rec, pfx: str):
    return rec * len(pfx)

  def forward(self, x, rec, pfx, out, points, _0, x1):
    y = self.rec(x) + rec
    stats = self.pfx(y) - pfx
    name = self.hook(stats) * out + points
    prefix = self.points(name) + _0 - x1
    return self.observe(prefix, "pfx") * self.stats + self.record


@fixture("attributes, arguments and variables with names that injected code might use")
def taken_names():
  names = ["x", "rec", "pfx", "out", "points", "_0", "x1"]
  return Taken(), [{name: torch.randn(n, 4) for name in names} for n in (2, 1, 3)]
