"""Reductions, order, and sums along an axis."""
import torch
import torch.nn.functional as F
from torch import nn

from .registry import bools, family, floats, ints, positive


@family("sums", x=floats(3, 4), b=bools(3, 4), i=ints(-9, 10, 3, 4))
class Sums(nn.Module):
  def forward(self, x, b, i):
    return (x.mean(), x.mean(1), x.mean(-1, keepdim=True), x.mean((1, 2)), x.mean(0),
            x.mean([1, 2], True), torch.mean(x, dim=(0, 2), keepdim=True), x.sum(), x.sum(1),
            x.sum(-1, keepdim=True),
            x.sum((0, 1)), x.sum(dim=[1, 2], keepdim=True), torch.sum(x, dim=0, keepdim=True),
            i.sum(1), b.sum(-1), x.sum(1, dtype=torch.float64), x.prod(1),
            x.prod(dim=-1, keepdim=True), x.prod(), i.prod(1),
            x.var(1), x.var(-1, unbiased=False), x.var((1, 2), keepdim=True), x.std(1),
            x.std(dim=-1, keepdim=True), x.std(2, False, True),
            torch.var(x, dim=1, unbiased=False, keepdim=True),
            torch.var(x[0]), torch.std(x[0], unbiased=False), torch.var(x, 1, correction=2),
            x.logsumexp(1), torch.logsumexp(x, (1, 2), keepdim=True), b.all(), b.any(), b.all(1),
            b.any(2, keepdim=True),
            (x > 0).any(-1), b.float().mean(), x.mean(1, dtype=torch.float64),
            i.float().mean((1, 2)), x.sum((-1, -2)), i.any(1), x[0, 0].sum(0), x.mean(dim=(-2, -1)))


@family("extremes", x=floats(3, 4), i=ints(-99, 100, 3, 4))
class Extremes(nn.Module):
  def forward(self, x, i):
    high, where = x.max(1)
    low, place = torch.min(x, dim=-1, keepdim=True)
    best = x.max(dim=2)
    a, b = torch.aminmax(x, dim=1)
    return (x.max(), x.min(), high, where, low, place, best[0], best[1], best.values, best.indices,
            x.amax(1), x.amin(-1, keepdim=True), x.amax((1, 2)), x.amin(dim=(-2, -1), keepdim=True),
            torch.amax(x, 0),
            x.argmax(1), x.argmin(-1), torch.argmax(x, dim=2, keepdim=True), x.argmax(), x.argmin(),
            i.max(), i.min(1)[0], i.amax(2), i.argmax(1), a, b, x.max(0)[0], x.abs().max(),
            x.flatten(1).argmax(1), torch.max(x.amax(1), x.amin(1)))


@family("norms", x=floats(3, 4), p=positive(3, 4))
class Norms(nn.Module):
  def forward(self, x, p):
    return (x.norm(), torch.norm(x), x.norm(1), torch.norm(x, p=2, dim=1),
            torch.norm(x, p=1, dim=-1), x.norm(float("inf"), 1), x.norm(2, 1, keepdim=True),
            x.norm(2, [1, 2]), x.norm(3.0, 1),
            torch.norm(x, p=2, dim=(1, 2), keepdim=True), torch.linalg.norm(x, dim=1),
            torch.linalg.norm(x, 1.0, dim=1), torch.linalg.vector_norm(x, 2, dim=-1),
            torch.linalg.vector_norm(x, 1.0, [1, 2]),
            torch.linalg.vector_norm(x, float("inf"), dim=1, keepdim=True),
            x.norm(float("-inf"), 2), torch.norm(x, "fro", dim=[1, 2]), torch.linalg.vector_norm(x),
            torch.linalg.vector_norm(x, 0.0, dim=[1]),
            torch.norm(p, 0.5, 1), torch.linalg.norm(x, dim=(1, 2)),
            F.pairwise_distance(x[:, 0], x[:, 1]), torch.cdist(x, p), torch.dist(x, p),
            x.pow(2).sum(1).sqrt())


@family("order", x=floats(3, 6),
        i=lambda n: torch.stack([torch.randperm(6) for _ in range(3 * n)]).view(n, 3, 6))
class Order(nn.Module):
  def forward(self, x, i):
    values, indices = torch.topk(x, 3)
    low, where = x.topk(2, dim=1, largest=False)
    ordered, order = torch.sort(x, dim=-1)
    down, back = x.sort(1, descending=True)
    return (values, indices, low, where, ordered, order, down, back, torch.argsort(x),
            x.argsort(dim=1, descending=True), torch.topk(x, k=1, dim=-1)[1], i.topk(2)[0],
            i.sort()[0],
            torch.sort(x, stable=True, dim=2)[1], i.argsort(-1), x.flatten(1).topk(5)[0],
            x.softmax(-1).topk(2, -1).values, x.kthvalue(2, dim=-1)[0], x[:, :, :5].median(-1)[0],
            torch.msort(x.transpose(0, 1)))


@family("cumulative", x=floats(3, 4), i=ints(0, 5, 3, 4), b=bools(3, 4))
class Cumulative(nn.Module):
  def forward(self, x, i, b):
    return (x.cumsum(1), torch.cumsum(x, dim=-1), i.cumsum(2), b.cumsum(1),
            torch.cumsum(b.int(), 1), x.cumsum(1, dtype=torch.float64),
            (torch.cumsum(b, dim=2) * b).long() + 1, x.flip(1).cumsum(1).flip(1),
            x.softmax(-1).cumsum(-1) > 0.5)


@family("reductions_rare", x=floats(3, 4), p=positive(3, 4))
class Rare(nn.Module):
  def forward(self, x, p):
    std, mean = torch.std_mean(x, dim=1)
    var, center = torch.var_mean(x, dim=[1, 2], unbiased=False, keepdim=True)
    high, where = torch.cummax(x, 1)
    return (std, mean, var, center, high, where, torch.cumprod(x, 1), torch.logcumsumexp(x, 2),
            torch.cummin(x, 2)[0], torch.count_nonzero(x > 0, dim=1), x.nansum(1), x.nanmean(1),
            torch.diff(x, dim=1), torch.trapz(x, dim=1),
            x.diagonal(dim1=1, dim2=2).sum(-1), torch.trace(x[0, :, :3]),
            torch.cross(x[:, :, :3], p[:, :, :3], dim=2))
