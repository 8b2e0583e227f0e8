"""Modules that are called more than once or under several names, methods, functions."""
from typing import Final, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .flow import Branch
from .registry import SCRIPTED, TRACED, fixture, images, norms, rows, signs


class SharedRelu(nn.Module):
  def __init__(self):
    super().__init__()
    self.conv1, self.bn1 = nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4)
    self.conv2, self.bn2 = nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4)
    self.relu = nn.ReLU()

  def forward(self, x):
    y = self.relu(self.bn1(self.conv1(x)))
    return self.relu(self.bn2(self.conv2(y)) + x)


@fixture("one ReLU called twice in a residual block")
def shared_relu():
  return norms(SharedRelu()), images()


class NestedShared(nn.Module):
  def __init__(self):
    super().__init__()
    self.block, self.tail = SharedRelu(), nn.Sequential(nn.Conv2d(4, 2, 1), nn.ReLU())

  def forward(self, x):
    return self.tail(self.block(self.block(x) * 0.5))


@fixture("a block called twice that calls its ReLU twice: block.relu to block.relu@3")
def nested_shared():
  return norms(NestedShared()), images()


class Aliases(nn.Module):
  def __init__(self):
    super().__init__()
    self.one, self.act = nn.Linear(4, 4), nn.Tanh()
    self.two = self.one
    self.body = nn.Sequential(self.act, nn.Linear(4, 4), self.act)

  def forward(self, x):
    return self.body(self.one(x)) + self.two(x) + self.act(x)


@fixture("one module instance under several paths")
def aliases():
  return Aliases(), rows()


class Scale(nn.Module):
  __constants__ = ["factor"]
  mode: Final[int]

  def __init__(self, factor, mode, shift, bias):
    super().__init__()
    self.factor, self.mode, self.shift = factor, mode, shift
    self.bias: Optional[nn.Parameter] = nn.Parameter(torch.randn(4)) if bias else None

  def forward(self, x):
    y = x * self.factor + self.shift
    if self.mode == 1:
      y = -y
    if self.bias is not None:
      y = y + self.bias
    return y


class SharedClass(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b = Scale(2.0, 0, 0.5, False), Scale(2.0, 0, -1.5, False)
    self.c, self.d = Scale(-3.0, 1, 0.5, True), Scale(1e-3, 1, 0.0, True)

  def forward(self, x):
    return self.d(self.c(self.b(self.a(x))))


@fixture("instances of one class that differ in an attribute (a, b) or in a constant (c, d)")
def shared_class():
  return SharedClass(), rows()


class Codec(nn.Module):
  def __init__(self):
    super().__init__()
    self.down, self.up, self.act = nn.Linear(4, 2), nn.Linear(2, 4), nn.ReLU()

  @torch.jit.export
  def encode(self, x):
    return self.act(self.down(x))

  @torch.jit.export
  def decode(self, x):
    return self.scaled(self.up(x))

  def scaled(self, x):
    return self.act(x) * 2

  def forward(self, x):
    return self.decode(self.encode(x))


METHODS = [("encode", [{"x": torch.linspace(-n, n, 8).view(2, 4)} for n in (1, 3)]),
           ("decode", [{"x": torch.linspace(-n, n, 6).view(3, 2)} for n in (1, 3)])]


@fixture("methods beside forward: exported ones, and one that only they call", **SCRIPTED,
         methods=METHODS)
def methods():
  return Codec(), rows()


class PlainCodec(nn.Module):
  def __init__(self):
    super().__init__()
    self.down, self.up, self.act = nn.Linear(4, 2), nn.Linear(2, 4), nn.ReLU()

  def encode(self, x):
    return self.act(self.down(x))

  def decode(self, x):
    return self.act(self.up(x)) * 2

  def forward(self, x):
    return self.decode(self.encode(x))


@fixture("methods beside forward, traced by trace_module", **TRACED, methods=METHODS)
def traced_methods():
  return PlainCodec(), rows()


class Projector(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 4)

  def project(self, x, times: int = 2):
    return self.lin(x) * times

  def forward(self, x):
    return self.project(x, 1) - 1


class CallsMethod(nn.Module):
  def __init__(self):
    super().__init__()
    self.projector, self.last = Projector(), nn.Linear(4, 3)

  def forward(self, x):
    return self.last(self.projector(x) + self.projector.project(x))


@fixture("a submodule's method that is not forward: no hook fires for it, but for its children")
def submodule_method():
  return CallsMethod(), rows()


@torch.jit.script
def halve(x: Tensor, by: float = 2.0) -> Tensor:
  return x / by


@torch.jit.script
def pair(x: Tensor) -> Tuple[Tensor, Tensor]:
  if bool(x.sum() > 0):
    return halve(x), halve(x, 4.0)
  return halve(x, 8.0), torch.relu(x)


def gelu_like(x: Tensor) -> Tensor:
  return x * torch.sigmoid(1.702 * x)


@torch.jit.script_if_tracing
def clipped(x: Tensor) -> Tensor:
  if x.numel() > 4:
    x = x.clamp(-1.0, 1.0)
  return x


class Functions(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.out = nn.Linear(4, 4), nn.Linear(4, 2)

  def forward(self, x):
    a, b = pair(self.lin(x))
    y = gelu_like(a) + F.softplus(b) + F.normalize(x, dim=1) + clipped(x)
    return F.log_softmax(self.out(F.layer_norm(y, [4])), dim=-1)


@fixture("scripted functions that call one another, Python functions, torch.nn.functional")
def functions():
  return Functions(), rows()


class Outer(nn.Module):
  def __init__(self, part):
    super().__init__()
    self.plain, self.part = nn.Linear(4, 4), part

  def forward(self, x):
    return self.part(self.plain(x)) * 2


def with_scripted_part(model):
  model.part = torch.jit.script(model.part)
  return model


def with_traced_part(model):
  model.part = torch.jit.trace(model.part, torch.randn(2, 4))
  return model


@fixture("a traced model that holds a scripted module", **TRACED, prepare=with_scripted_part)
def scripted_in_traced():
  return Outer(Branch()), signs()


@fixture("a scripted model that holds a traced module", **SCRIPTED, prepare=with_traced_part)
def traced_in_scripted():
  return Outer(nn.Sequential(nn.Linear(4, 2), nn.Sigmoid())), signs()


@fixture("frozen: no modules left, only operators and control flow", **SCRIPTED, frozen=True,
         transform=torch.jit.freeze)
def frozen_branch():
  return Outer(Branch()), signs()


class Layers(nn.Module):
  def __init__(self, depth):
    super().__init__()
    self.lin = nn.Linear(4, 4)
    self.inner = Layers(depth - 1) if depth else nn.Identity()

  def forward(self, x):
    return self.inner(self.lin(x)) + x


@fixture("twelve levels of modules")
def deep():
  return Layers(12), rows(2, 1)


class Unused(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.never = nn.Linear(4, 4), nn.Linear(2, 2)
    self.debug = False

  @torch.jit.unused
  def python_only(self, x):
    print(x.numpy().tobytes())
    return x

  @property
  def gain(self) -> float:
    return 1.5

  def forward(self, x):
    """A docstring: (self.never(x))."""
    if self.debug:
      x = self.python_only(x)
      print("self.never(x) =", x)
    pass
    _ = x + 1
    return self.lin(x) * self.gain


@fixture("a module that is never called, an unused method, a property, a docstring", **SCRIPTED)
def unused():
  return Unused(), rows()
