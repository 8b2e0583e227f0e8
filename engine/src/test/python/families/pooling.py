"""Pooling."""
import torch
import torch.nn.functional as F
from torch import nn

from .registry import TRACED, Each, family, floats


@family("max_pool", x=floats(2, 7, 8), line=floats(2, 11), cube=floats(1, 5, 6, 5))
class MaxPools(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b = nn.MaxPool2d(2), nn.MaxPool2d(3, 2, 1)
    self.c = nn.MaxPool2d(3, 2, ceil_mode=True)
    self.d, self.e = nn.MaxPool2d((3, 2), (2, 1), (1, 0)), nn.MaxPool2d(2, 1, dilation=2)
    self.f, self.g = nn.MaxPool2d(2, ceil_mode=True), nn.MaxPool2d(3, 2, 1, 2, ceil_mode=True)
    self.h, self.i = nn.MaxPool1d(3), nn.MaxPool1d(3, 2, 1)
    self.j = nn.MaxPool1d(2, 2, ceil_mode=True)
    self.k, self.l = nn.MaxPool3d(2), nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1), ceil_mode=True)
    self.m = nn.MaxPool2d(2, 3, 1, ceil_mode=True)

  def forward(self, x, line, cube):
    return (self.a(x), self.b(x), self.c(x), self.d(x), self.e(x), self.f(x), self.g(x),
            self.h(line), self.i(line),
            self.j(line), self.k(cube), self.l(cube), self.m(x), F.max_pool2d(x, 5, 1, 2),
            F.max_pool2d(x[0], 2), torch.max_pool2d(x, [2, 2]),
            F.max_pool1d(line, 4, stride=3, dilation=2))


@family("max_pool_indices", x=floats(2, 9, 8), line=floats(2, 11))
class MaxPoolIndices(nn.Module):
  def __init__(self):
    super().__init__()
    self.pool = nn.MaxPool2d(2, return_indices=True)
    self.line = nn.MaxPool1d(3, 2, 1, return_indices=True)

  def forward(self, x, line):
    y, where = self.pool(x)
    z, place = self.line(line)
    return y, where, z, place


@family("avg_pool", x=floats(2, 7, 8), line=floats(2, 11), cube=floats(1, 5, 6, 5))
class AveragePools(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b = nn.AvgPool2d(2), nn.AvgPool2d(3, 2, 1)
    self.c = nn.AvgPool2d(3, 2, 1, count_include_pad=False)
    self.d = nn.AvgPool2d(3, 2, ceil_mode=True)
    self.e = nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False)
    self.f = nn.AvgPool2d((2, 3), (1, 2), divisor_override=5)
    self.g = nn.AvgPool2d(3, 2, 1, ceil_mode=True)
    self.h, self.i = nn.AvgPool1d(3), nn.AvgPool1d(3, 2, 1)
    self.j = nn.AvgPool1d(2, ceil_mode=True, count_include_pad=False)
    self.k = nn.AvgPool3d(2)
    self.l = nn.AvgPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1), count_include_pad=False)

  def forward(self, x, line, cube):
    return (self.a(x), self.b(x), self.c(x), self.d(x), self.e(x), self.f(x), self.g(x),
            self.h(line), self.i(line),
            self.j(line), self.k(cube), self.l(cube),
            F.avg_pool2d(x, 5, 1, 2, count_include_pad=False), F.avg_pool2d(x[0], 2),
            F.avg_pool2d(x, [x.size(2), x.size(3)]),
            F.avg_pool3d(cube, 2, stride=1, divisor_override=3))


@family("adaptive_pool", x=floats(2, 9, 8), line=floats(2, 12), cube=floats(2, 4, 6, 5))
class AdaptivePools(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b = nn.AdaptiveAvgPool2d(1), nn.AdaptiveAvgPool2d((3, 4))
    self.c = nn.AdaptiveAvgPool2d((9, 2))
    self.d, self.e = nn.AdaptiveMaxPool2d(1), nn.AdaptiveMaxPool2d((3, 2))
    self.f, self.g = nn.AdaptiveAvgPool1d(1), nn.AdaptiveAvgPool1d(4)
    self.h = nn.AdaptiveMaxPool1d(3)
    self.i, self.j = nn.AdaptiveAvgPool3d(1), nn.AdaptiveAvgPool3d((2, 3, 5))
    self.k = nn.AdaptiveMaxPool3d((1, 2, 1))

  def forward(self, x, line, cube):
    return (self.a(x), self.b(x), self.c(x), self.d(x), self.e(x), self.f(line), self.g(line),
            self.h(line),
            self.i(cube), self.j(cube), self.k(cube), F.adaptive_avg_pool2d(x, (9, 8)),
            F.adaptive_avg_pool2d(x[0], 1),
            F.adaptive_avg_pool2d(x, (1, 4)), F.adaptive_max_pool1d(line, 1),
            F.adaptive_avg_pool2d(x, 1).flatten(1))


@family("adaptive_pool_none", TRACED, x=floats(2, 9, 8))
def adaptive_pool_none():
  return Each(nn.AdaptiveAvgPool2d((None, 2)), nn.AdaptiveAvgPool2d((3, None)),
              nn.AdaptiveMaxPool2d((None, 1)))


@family("adaptive_pool_uneven", x=floats(2, 9, 7), line=floats(2, 11), cube=floats(2, 4, 5, 3))
class AdaptivePoolsUneven(nn.Module):
  def forward(self, x, line, cube):
    return (F.adaptive_avg_pool2d(x, (4, 3)), F.adaptive_avg_pool2d(x, (7, 7)),
            F.adaptive_avg_pool2d(x, (2, 1)),
            F.adaptive_max_pool2d(x, (4, 3)), F.adaptive_avg_pool1d(line, 4),
            F.adaptive_max_pool1d(line, 3),
            F.adaptive_avg_pool3d(cube, (3, 2, 2)), F.adaptive_max_pool3d(cube, (3, 2, 2)),
            F.adaptive_avg_pool2d(x, (12, 10)))


@family("lp_pool", x=floats(2, 9, 8), line=floats(2, 11))
class PowerPools(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b = nn.LPPool2d(2, 3, 2), nn.LPPool2d(1, (2, 3))
    self.c = nn.LPPool1d(2, 3, 2, ceil_mode=True)

  def forward(self, x, line):
    return self.a(x), self.b(x.abs()), self.c(line), F.lp_pool2d(x.abs(), 3.0, 2)


@family("global_pool", x=floats(3, 6, 5))
class GlobalPools(nn.Module):
  """As models write it by hand."""

  def forward(self, x):
    gem = F.avg_pool2d(x.clamp(min=1e-6).pow(3), (x.size(-2), x.size(-1))).pow(1.0 / 3)
    return (x.mean([2, 3]), x.mean(dim=(-2, -1), keepdim=True), x.flatten(2).mean(2),
            x.mean(3).mean(2), x.amax(dim=(2, 3)),
            torch.mean(x.view(x.size(0), x.size(1), -1), dim=2), gem,
            0.5 * (x.mean((2, 3)) + x.amax((2, 3))),
            torch.cat([F.adaptive_avg_pool2d(x, 1), F.adaptive_max_pool2d(x, 1)], 1).flatten(1))
