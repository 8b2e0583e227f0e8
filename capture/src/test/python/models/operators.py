"""Operators that return several tensors or write in place."""
import torch
import torch.nn.functional as F
from torch import nn

from .registry import TRACED, fixture, images, norms, rows


class Splits(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 6)

  def forward(self, x):
    y = self.lin(x)
    values, indices = torch.max(y, dim=1)
    a, b, c = y.chunk(3, 1)
    parts = torch.split(y, [2, 4], dim=1)
    columns = y.unbind(1)
    top, where = y.topk(2, dim=1)
    ordered, order = torch.sort(y, dim=1, descending=True)
    low, high = torch.aminmax(y)
    std, mean = torch.std_mean(y, dim=1)
    total = torch.stack([a.sum(), b.sum(), c.sum(), parts[0].sum(), parts[-1].sum(), low, high])
    return (values + columns[0] + std + mean, top.sum(1) + ordered[:, 0],
            indices + where[:, 0] + order[:, 1], total)


@fixture("operators that return tuples and lists: max, chunk, split, unbind, topk, sort, aminmax")
def tuple_operators():
  return Splits(), rows()


class Starred(nn.Module):
  def forward(self, x):
    first, *others = x.unbind(1)
    *most, last = torch.split(x, 1, dim=1)
    return first + others[-1] - torch.cat(most, 1).sum(1) * last[:, 0]


@fixture("star assignment, which only tracing can express", **TRACED)
def star_assignment():
  return Starred(), rows()


class Recurrent(nn.Module):
  def __init__(self):
    super().__init__()
    self.lstm = nn.LSTM(4, 3, num_layers=2, batch_first=True, bidirectional=True)
    self.gru, self.cell = nn.GRU(6, 3, batch_first=True), nn.LSTMCell(3, 3)

  def forward(self, x):
    y, (h, c) = self.lstm(x)
    z, last = self.gru(y)
    h1, c1 = self.cell(z[:, -1])
    h2, c2 = self.cell(last[0], (h1, c1))
    return z, h2, c + h


@fixture("LSTM, GRU and LSTMCell")
def recurrent():
  return Recurrent(), [{"x": torch.randn(n, 5, 4)} for n in (2, 1, 3)]


class InPlace(nn.Module):
  def __init__(self):
    super().__init__()
    self.conv, self.bn = nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)
    self.relu, self.six = nn.ReLU(inplace=True), nn.ReLU6(inplace=True)
    self.leaky, self.drop = nn.LeakyReLU(0.1, inplace=True), nn.Dropout(0.5)

  def forward(self, x):
    y = self.relu(self.bn(self.conv(x)))
    y += x
    y.mul_(3).sub_(1)
    z = self.drop(self.six(y.clone()))
    z[:, 0] = 1
    z[:, 1:2, ..., 0] += 2.5
    z[z > 5] = -5.0
    view = z.view(z.size(0), -1)
    view[:, ::2].clamp_(max=2)
    view.t()[0].zero_()
    torch.add(z, 1, out=y)
    return self.leaky(z), y, F.dropout(view, 0.5, self.training)


@fixture("in-place operators, index assignment, writing through views, `out=`, dropout in eval")
def in_place():
  return norms(InPlace()), images()


class InPlaceInput(nn.Module):
  def __init__(self):
    super().__init__()
    self.same, self.relu = nn.Identity(), nn.ReLU(inplace=True)

  def forward(self, x):
    y = self.same(x)
    return self.relu(x) + y


@fixture("in-place on the model's own input: the input's range is that of what went in")
def in_place_input():
  return InPlaceInput(), rows()


class Algebra(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 4)

  def forward(self, x):
    y = self.lin(x)
    product = torch.einsum("ij,kj->ik", y, x) @ torch.ones_like(y)
    norm = torch.linalg.norm(y, dim=1, keepdim=True)
    picked = torch.gather(y, 1, torch.argsort(x, 1)).scatter(1, (x[:, :1] > 0).long(), 9.0)
    stacked = torch.stack(torch.meshgrid([x[:, 0], y[:, 0]], indexing="ij")).amax((0, 2))
    powers = 2 ** x - x ** 2 + torch.pow(y.abs(), 0.5) - 1 / (1 + y * y)
    return product.addmm(y, y.t() @ y, beta=0.5, alpha=2).div(norm), picked + powers, stacked


@fixture("einsum, linalg, gather, scatter, meshgrid, addmm, powers")
def algebra():
  return Algebra(), rows()
