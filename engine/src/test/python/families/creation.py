"""Tensors that come from nothing but sizes and numbers."""
import torch
from torch import nn

from .registry import SCRIPTED, family, floats, ints


@family("creation", x=floats(3, 4), i=ints(0, 9, 3))
class Creation(nn.Module):
  def forward(self, x, i):
    n, c = x.size(0), x.size(1)
    return (torch.arange(5), torch.arange(n), torch.arange(1, 8, 3), torch.arange(0, 1, 0.25),
            torch.arange(c, dtype=torch.float32), torch.arange(c - 1, -1, -1), torch.zeros(n, 2),
            torch.zeros(n, c, dtype=torch.int64), torch.ones(n, 1, c), torch.ones((2, 3)),
            torch.full((n, 2), 1.5),
            torch.full((2, c), 7), torch.zeros_like(x), torch.ones_like(x), torch.full_like(x, 2.5),
            torch.zeros_like(i), torch.ones_like(x, dtype=torch.int64), torch.full_like(i, 3),
            torch.zeros_like(x, dtype=torch.bool), x.new_zeros(n, 2), x.new_ones((c,)),
            x.new_full((n, 1), 0.5), i.new_zeros(2),
            i.new_full((n,), 3), x.new_zeros(n, dtype=torch.int64), torch.eye(3), torch.eye(2, 4),
            torch.eye(c, dtype=torch.int64), torch.linspace(0, 1, 5), torch.linspace(-1, 1, c),
            torch.triu(torch.ones(c, c), diagonal=1), torch.tril(torch.ones(c, c)).to(torch.bool),
            torch.triu(torch.full((c, c), float("-inf")), 1),
            torch.ones(c, c).triu(1) == 1, x + torch.arange(4), torch.arange(c)[None, :] < i[:, :1],
            torch.zeros(1) + x, torch.logspace(0, 2, 3), torch.zeros(n, 3) > 0, torch.arange(4.0),
            torch.ones(3, dtype=torch.float64), torch.zeros([]),
            torch.exp(torch.arange(0, 4, 2).float() * -0.5),
            torch.tril(torch.ones(c, c))[None] * x[:, :, :3], torch.linspace(0.5, c - 0.5, c) / c,
            torch.ones(n, dtype=torch.bool))


@family("creation_scripted", SCRIPTED, x=floats(3, 4))
class CreationScripted(nn.Module):
  def forward(self, x):
    return (torch.tensor(2.5) * x, torch.tensor([1.0, 2.0, 3.0, 4.0]) + x,
            x + torch.tensor([[1], [2], [3]]), torch.tensor([x.size(1), x.size(2)]),
            torch.zeros(x.size(0), 3, dtype=x.dtype, device=x.device),
            torch.empty(x.size(0), 2).fill_(1.0), x.new_empty(3).zero_(),
            torch.full([x.size(0)], 3.0), torch.as_tensor(3.0) * x, torch.scalar_tensor(2.0) + x,
            torch.arange(x.size(0), dtype=torch.int32), torch.empty_like(x).copy_(x),
            torch.tensor(True), torch.tensor([[0.5, 1.0], [2.0, 3.0]]) @ x[:, :2, :2])
