"""What cannot become ONNX for each batch, and must be refused with a reason."""
import torch
from torch import nn

from .registry import SCRIPTED, TRACED, family, floats, ints


@family("refused_if", SCRIPTED, x=floats(4))
class If(nn.Module):
  def forward(self, x):
    if x.sum() > 0:
      return x * 2
    return x - 1


@family("refused_while", SCRIPTED, x=floats(4))
class While(nn.Module):
  def forward(self, x):
    y = x.abs() + 0.1
    while bool(y.max() < 10):
      y = y * 2
    return y


@family("refused_loop", SCRIPTED, x=ints(1, 4, 4))
class Loop(nn.Module):
  def forward(self, x):
    y = x
    for i in range(int(x.max())):
      y = y + i
    return y


@family("refused_batch_loop", SCRIPTED, x=floats(4))
class BatchLoop(nn.Module):
  def forward(self, x):
    rows = []
    for i in range(x.size(0)):
      rows.append(x[i] * i)
    return torch.stack(rows)


@family("refused_nonzero", x=floats(4))
class Nonzero(nn.Module):
  def forward(self, x):
    return torch.nonzero(x > 0)


@family("refused_where", TRACED, x=floats(4))
class Where(nn.Module):
  def forward(self, x):
    rows, columns = torch.where(x > 0)
    return x[rows, columns] * 2


@family("refused_unique", x=ints(0, 4, 4))
class Unique(nn.Module):
  def forward(self, x):
    return torch.unique(x)


@family("refused_mask", x=floats(4))
class Mask(nn.Module):
  def forward(self, x):
    return x[x > 0] + 1


@family("refused_masked_select", x=floats(4))
class MaskedSelect(nn.Module):
  def forward(self, x):
    return torch.masked_select(x, x > 0.5)


@family("refused_size", x=ints(1, 5, 4))
class Size(nn.Module):
  """An axis as long as a value says."""

  def forward(self, x):
    return torch.arange(int(x.sum())) if torch.jit.is_scripting() else torch.arange(x.sum())


@family("refused_svd", x=floats(4, 3))
class Svd(nn.Module):
  def __init__(self):
    super().__init__()
    self.first, self.lin = nn.Linear(3, 3), nn.Linear(3, 2)

  def forward(self, x):
    values = torch.linalg.svd(self.first(x))[1]
    return self.lin(values) + torch.linalg.svd(x)[1].sum()


@family("refused_complex", x=floats(8))
class Complex(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(8, 8)

  def forward(self, x):
    y = torch.fft.rfft(self.lin(x))
    return torch.atan(y).abs() + torch.acosh(y).real


@family("refused_several", x=floats(4, 4))
class Several(nn.Module):
  """Three operators that are unknown, one of them twice, in modules of different depth."""

  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 4)
    self.inner = nn.Sequential(nn.Linear(4, 4), Determinant())

  def forward(self, x):
    y = self.inner(self.lin(x))
    return torch.special.bessel_j0(x) + torch.linalg.det(x)[:, None, None] + y[:, None,
        None] + torch.special.i0e(x)


class Determinant(nn.Module):
  def forward(self, x):
    return torch.linalg.det(x)


@family("refused_item", SCRIPTED, x=floats(4))
class Item(nn.Module):
  def forward(self, x):
    scale = float(x.max().item())
    return x if scale > 1.0 else x / scale


@family("refused_bits", x=ints(0, 9, 4))
class Bits(nn.Module):
  def forward(self, x):
    return x & 3, x | 1, x ^ x


@family("refused_state", SCRIPTED, x=floats(4))
class State(nn.Module):
  def __init__(self):
    super().__init__()
    self.register_buffer("calls", torch.ones(()))
    self.register_buffer("seen", torch.zeros(()))

  def forward(self, x):
    self.seen.add_(1)  # nothing depends on it
    y = x * self.calls
    self.calls.add_(1)
    return y
