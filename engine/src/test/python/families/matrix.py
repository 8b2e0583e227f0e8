"""Linear layers, products of matrices, attention as an operator."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from .registry import TRACED, bools, family, floats


@family("linear", x=floats(4), y=floats(3, 4), z=floats(2, 3, 4))
class Linear(nn.Module):
  def __init__(self):
    super().__init__()
    self.one, self.two = nn.Linear(4, 6), nn.Linear(4, 5, bias=False)
    self.weight, self.bias = nn.Parameter(torch.randn(4, 3)), nn.Parameter(torch.randn(3))
    self.pair = nn.Bilinear(4, 4, 3)

  def forward(self, x, y, z):
    return (self.one(x), self.two(x), self.one(y), self.two(y), self.one(z), self.two(z),
            self.one(y[0]), F.linear(x, self.weight.t(), self.bias),
            F.linear(x, self.weight.t() * 0.5), F.linear(x[0], self.weight.t(), self.bias),
            torch.addmm(self.bias, x, self.weight),
            torch.addmm(self.bias, x, self.weight, beta=0.5, alpha=2),
            torch.addmm(x[:, :3], x, self.weight), x @ self.weight + self.bias,
            self.pair(x, y[:, 0]))


@family("matmul", x=floats(3, 4), y=floats(2, 4, 3))
class Matmul(nn.Module):
  def __init__(self):
    super().__init__()
    self.matrix, self.stack = nn.Parameter(torch.randn(4, 5)), nn.Parameter(torch.randn(2, 4, 5))
    self.wide = nn.Parameter(torch.randn(1, 2, 4, 5))

  def forward(self, x, y):
    v = x.sum(0).sum(0)
    rows, turned = x[:, 0], x.transpose(1, 2)
    n, c = x.size(0), x.size(2)
    return (torch.matmul(v, v), torch.matmul(v, self.matrix), torch.matmul(rows, v),
            rows @ self.matrix,
            torch.matmul(x, v), torch.matmul(v, turned), x @ self.matrix, torch.matmul(turned, x),
            torch.matmul(self.matrix.t(), turned), x.unsqueeze(1) @ self.wide,
            x.unsqueeze(1) @ self.stack, y @ x.unsqueeze(1), torch.matmul(y, x.reshape(n, 1, 3, c)),
            y.matmul(y.transpose(-2, -1)), torch.matmul(y.flatten(2)[:, :1, :4], self.stack[0]),
            torch.mm(rows, self.matrix), rows.mm(x[:, 1].t()), torch.bmm(x, turned),
            torch.baddbmm(x @ turned, x, turned, beta=0.5, alpha=1 / math.sqrt(4)),
            torch.baddbmm(self.matrix[:3, :3], x, turned), torch.bmm(turned, x).softmax(-1))


@family("matmul_rare", x=floats(3, 4))
class MatmulRare(nn.Module):
  def __init__(self):
    super().__init__()
    self.matrix, self.v = nn.Parameter(torch.randn(4, 5)), nn.Parameter(torch.randn(4))

  def forward(self, x):
    rows, turned = x[:, 0], x.transpose(1, 2)
    return (torch.mv(rows, self.v), torch.dot(self.v, rows[0]), torch.outer(self.v, rows[0]),
            torch.ger(rows[0], self.v), torch.addmv(rows[:, 0], rows, self.v, beta=2, alpha=0.5),
            torch.addbmm(x[0, :, :3], x, turned), torch.inner(x, self.v),
            torch.addr(self.matrix[:, :4], self.v, rows[0]), rows.matmul(self.matrix).t(),
            torch.linalg.multi_dot([rows, self.matrix, self.matrix.t()]),
            torch.matmul((rows * 4).long(), (turned[0] * 3).long()),
            torch.tensordot(x, self.matrix, dims=[[2], [0]]), torch.kron(rows[:, :2], self.matrix))


@family("einsum", x=floats(2, 3, 4), y=floats(2, 5, 4), z=floats(3, 4))
class Einsum(nn.Module):
  def __init__(self):
    super().__init__()
    self.matrix, self.heads = nn.Parameter(torch.randn(4, 5)), nn.Parameter(torch.randn(2, 4, 3))
    self.down, self.across = nn.Parameter(torch.randn(2, 3, 4)), nn.Parameter(torch.randn(3, 5, 4))

  def forward(self, x, y, z):
    scores = torch.einsum("bhid,bhjd->bhij", x, y)
    return (scores, torch.einsum("bhij,bhjd->bhid", scores, y),
            torch.einsum("bhwc,hkc->bhwk", x, self.down),
            torch.einsum("bhwc,wkc->bhwk", x, self.across),
            torch.einsum("bhld,lrd->bhlr", x, self.across),
            torch.einsum("bnd,hde->bhne", z, self.heads),
            torch.einsum("bi,ij->bj", z[:, 0], self.matrix),
            torch.einsum("bi,bi->b", z[:, 0], z[:, 1]),
            torch.einsum("bi,bj->bij", z[:, 0], z[:, 1]), torch.einsum("bij->bji", z),
            torch.einsum("bij->b", z), torch.einsum("bii->bi", z[:, :3, :3]),
            torch.einsum("bij->", z), torch.einsum("...ij,...kj->...ik", x, y),
            torch.einsum("bhwc, bc -> bhw", x, z[:, 0]), torch.einsum("i,j->ij", z[0, 0], z[0, 1]),
            torch.einsum("bid,bjd->ij", z, z),
            torch.einsum("bhid,hde,bhje->bhij", x, self.heads, y[..., :3]),
            torch.einsum("nctw,nctv->nwv", x, y[:, :, :3]), torch.einsum("bxd,bd", z, z[:, 0]))


@family("scaled_dot_product_attention", q=floats(2, 3, 4), k=floats(2, 5, 4), v=floats(2, 5, 6),
        keep=bools(1, 1, 5), bias=floats(2, 3, 5))
class ScaledDotProduct(nn.Module):
  def __init__(self):
    super().__init__()
    self.register_buffer("bias", torch.randn(2, 3, 5))
    self.register_buffer("allowed", torch.ones(3, 5).tril(1).bool())

  def forward(self, q, k, v, keep, bias):
    keep = keep | (torch.arange(5) == 0)
    return (F.scaled_dot_product_attention(q, k, v), F.scaled_dot_product_attention(q, k, v, bias),
            F.scaled_dot_product_attention(q, k, v, self.bias),
            F.scaled_dot_product_attention(q, k, v, attn_mask=keep),
            F.scaled_dot_product_attention(q, k, v, attn_mask=keep.expand(-1, 2, 3, -1)),
            F.scaled_dot_product_attention(q, k, v, self.allowed),
            F.scaled_dot_product_attention(q, q, q, is_causal=True),
            F.scaled_dot_product_attention(q, k, v, is_causal=True),
            F.scaled_dot_product_attention(q, k, v, scale=0.3),
            F.scaled_dot_product_attention(q, k, v, bias, 0.0, False, scale=1.0),
            F.scaled_dot_product_attention(q[:, 0], k[:, 0], v[:, 0]),
            F.scaled_dot_product_attention(q, k[:, :1], v[:, :1]),
            F.scaled_dot_product_attention(q.transpose(1, 2), q.transpose(1, 2), q.transpose(1, 2)))


@family("attention_by_hand", x=floats(5, 8), keep=bools(5))
class ByHand(nn.Module):
  """Projection, heads, mask, softmax, as models write it."""

  def __init__(self):
    super().__init__()
    self.qkv, self.out, self.heads = nn.Linear(8, 24), nn.Linear(8, 8), 2
    self.register_buffer("tril", torch.tril(torch.ones(1, 1, 6, 6)))

  def forward(self, x, keep):
    n, length, width = x.shape
    q, k, v = self.qkv(x).reshape(n, length, 3, self.heads, width // self.heads).permute(
        2, 0, 3, 1, 4).unbind(0)
    scores = (q * (width // self.heads) ** -0.5) @ k.transpose(-2, -1)
    padded = scores.masked_fill(~(keep | (torch.arange(length) == 0))[:, None, None, :],
                                float("-inf"))
    causal = scores.masked_fill(self.tril[:, :, :length, :length] == 0, float("-inf"))
    added = scores + (1.0 - keep[:, None, None, :].to(x.dtype)) * -10000.0
    first = self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, length, width))
    second = (F.softmax(padded, dim=-1) @ v).permute(0, 2, 1, 3).contiguous().view(n, -1, width)
    return (first, second, torch.matmul(torch.softmax(causal, 3), v).transpose(1, 2).flatten(2),
            nn.functional.softmax(added, -1) @ v, scores.amax((-2, -1)))
