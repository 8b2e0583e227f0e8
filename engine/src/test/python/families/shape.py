"""Views, joins, indexing and writing into parts of a tensor."""
from typing import List

import torch
import torch.nn.functional as F
from torch import nn

from .registry import SCRIPTED, TRACED, bools, family, floats, ints


@family("joins", x=floats(6, 5), y=floats(6, 5), i=ints(0, 9, 6, 5))
class Joins(nn.Module):
  def __init__(self):
    super().__init__()
    self.token = nn.Parameter(torch.randn(1, 1, 5))

  def forward(self, x, y, i):
    a, b, c = x.chunk(3, 1)
    d, e = torch.split(x, 4, dim=1)
    f, g, h = x.split([1, 2, 3], dim=1)
    return (torch.cat([x, y], 1), torch.cat((x, y), dim=-1), torch.cat([x, y]),
            torch.concat([x, a], 1), torch.cat([self.token.expand(x.size(0), -1, -1), x], dim=1),
            torch.stack([x, y]), torch.stack((x, y), 1),
            torch.stack([x, y], dim=-1), a, b, c, d, e, f, g, h, x.unbind(1)[2],
            torch.unbind(x, dim=2)[-1], torch.tensor_split(x, 4, 1)[0],
            torch.tensor_split(x, 4, dim=1)[3], torch.tensor_split(x, [1, 4], dim=1)[1],
            x.chunk(4, dim=1)[2], x.chunk(4, -1)[1], torch.hstack([x, y]), torch.vstack([x, y]),
            torch.dstack([x, y]), torch.cat([x, i.float()], 2), torch.cat([i, i], 1),
            torch.cat([x, x[:, :0]], 1),
            torch.cat([x.unsqueeze(0), y[None]]).sum(0), x.split(2, 1)[1], torch.cat([x], 1),
            torch.stack([x[:, :, ::2].flatten(1), y[:, :, 1:4].flatten(1)], 0),
            torch.column_stack([x[:, 0], y[:, 1]]))


@family("parts_of_batches", SCRIPTED, x=floats(4, 4))
class PartsOfBatches(nn.Module):
  """Two batches that were put together are taken apart; and lists that are walked backwards."""

  def forward(self, x):
    both = torch.cat([x, x * 2])
    a, b = both.split(x.size(0))
    c, d = both.chunk(2)
    rows = [x[:, 0], x[:, 1], x[:, 2], x[:, 3]]
    low, high = torch.tril_indices(4, 4, -1), torch.triu_indices(3, 4, 1)
    return (a - b, c, d, torch.cat(both.split(x.size(0), 0)[::-1], 1), torch.stack(rows[::-1]),
            torch.stack(rows[2::-1]), torch.stack(rows[:0:-2]), torch.stack(rows[-2:-9:-1]),
            x[:, low[0], low[1]], high, x.detach().requires_grad_(False))


@family("reshapes", x=floats(4, 3, 2), y=floats(12, 2))
class Reshapes(nn.Module):
  def forward(self, x, y):
    n, c, h, w = x.shape
    return (x.reshape(n, -1), x.view(n, c * h, w), x.view(n, -1), x.view(-1, c, h * w), x.flatten(),
            x.flatten(1), torch.flatten(x, 1, 2), x.flatten(-2), x.unflatten(1, (2, 2)),
            x.unflatten(2, [-1, 3]), x.view(x.size(0), 2, 2, h, w),
            x.reshape(-1), x.reshape(-1, w), torch.reshape(x, (n, c, -1)),
            x.view_as(y.view(n, 4, 3, 2)), y.reshape_as(x),
            x.reshape(x.shape[0], x.shape[1], x.shape[2] * x.shape[3]), x.view(n, c // 2, 2, h, w),
            x.ravel(),
            x.contiguous().view(n * c, h, w), x.transpose(1, 2).reshape(n, h, c * w),
            x.permute(0, 2, 3, 1).contiguous().view(n, -1, c), x.reshape(y.size(0), 2, -1))


@family("axes", x=floats(4, 3, 2), m=floats(5), s=floats(1, 4, 1))
class Axes(nn.Module):
  def forward(self, x, m, s):
    return (x.permute(0, 2, 3, 1), x.permute(0, -1, 1, 2), torch.permute(x, [3, 1, 2, 0]),
            x.transpose(1, 2), x.transpose(-1, -2), torch.transpose(x, 1, 3), m.t(), m.t() + 1,
            x.flatten(1).t(), x.swapaxes(1, 2), x.mT, torch.swapdims(x, 0, 1),
            s.squeeze(1), s.squeeze(-1), s.squeeze(2), s.squeeze((1, 3)), x.squeeze(1),
            x.unsqueeze(0), x.unsqueeze(-1), x.unsqueeze(2), x[:, None], x.movedim(1, -1),
            torch.movedim(x, (1, 2), (2, 1)), torch.moveaxis(x, -1, 1),
            x.clone().unsqueeze_(1), s.clone().squeeze_(1), x.clone().transpose_(1, 2),
            x.mean(1, keepdim=True).squeeze(1), x.adjoint())


@family("repeats", x=floats(4, 6), s=floats(1, 6), r=floats(3))
class Repeats(nn.Module):
  def __init__(self):
    super().__init__()
    self.token = nn.Parameter(torch.randn(1, 2, 6))

  def forward(self, x, s, r):
    n = x.size(0)
    return (s.expand(-1, 4, -1), s.expand(n, 4, 6), s.expand_as(x), self.token.expand(n, -1, -1),
            self.token.repeat(n, 1, 1), x.unsqueeze(1).expand(n, 3, 4, 6), x.expand(2, -1, -1, -1),
            x.repeat(1, 2, 1), x.repeat(1, 1, 3), x.repeat(2, 1, 1, 2),
            x.tile((1, 2, 2)), torch.tile(x, (2,)), x.repeat_interleave(2, dim=1),
            torch.repeat_interleave(x, 3, dim=-1), r.repeat_interleave(2),
            x.repeat_interleave(2, 0), x.roll(1, 1), torch.roll(x, (-1, 2), (1, 2)),
            torch.roll(x, shifts=-2, dims=2),
            x.roll(7, -1), r.roll(1), x.flip(1), x.flip([1, 2]), torch.flip(x, dims=(-1,)),
            torch.fliplr(x), torch.broadcast_to(s, (n, 4, 6)), torch.broadcast_tensors(x, s)[1],
            x.rot90(1, [1, 2]), s.expand(n, 4, 6) + 1, x.roll(1))


@family("shuffles", x=floats(8, 2, 6))
class Shuffles(nn.Module):
  def __init__(self):
    super().__init__()
    self.up, self.down, self.mix = nn.PixelShuffle(2), nn.PixelUnshuffle(2), nn.ChannelShuffle(4)
    self.fold, self.unfold = nn.Fold((4, 6), 2, stride=2), nn.Unfold((2, 3), stride=(1, 2))

  def forward(self, x):
    n, c, h, w = x.shape
    by_hand = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
    focus = torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]],
                      1)
    y = x[:, :4].reshape(n, 2, 4, 6)
    patches = x.reshape(n, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 3, 5, 1).flatten(3).flatten(1,
        2)
    return (self.up(x), self.down(x), F.pixel_shuffle(x[:, :4], 2), F.channel_shuffle(x, 2),
            self.mix(x), by_hand, focus, patches, x.unfold(1, 3, 2), x.unfold(3, 2, 2),
            x.unfold(2, 2, 2).unfold(3, 3, 3),
            self.unfold(y), F.unfold(y, 3, padding=1), F.unfold(y, 2, dilation=2, stride=2),
            self.fold(x.view(n, 16, 6)[:, :8]), F.unfold(x, 2, stride=2))


@family("slices", x=floats(6, 5), i=ints(0, 9, 6))
class Slices(nn.Module):
  def __init__(self):
    super().__init__()
    self.register_buffer("positions", torch.arange(12)[None])
    self.table = nn.Parameter(torch.randn(1, 9, 5))

  def forward(self, x, i):
    length = x.size(1)
    return (x[:, ::2], x[:, 1::3], x[..., 1:-1], x[:, -1], x[:, -3:], x[:, :-2, 2:],
            x[:, 1:5:2, :-2], x[0], x[-1], x[:1], x[1:], x[:, 2:2], x[:, None, :, 0], x[..., None],
            x[:, 3:100], x[:, -100:2], x[..., 0], x[:, 0, 0],
            x.select(1, 2), x.select(-1, -1), x.narrow(1, 1, 3), torch.narrow(x, -1, 2, 2),
            self.positions[:, :length], self.table[:, :length] + x, x[:, : length // 2],
            x[:, length - 2:], i[:, 1:] - i[:, :-1], x[:, 1:][:, ::2][..., 1],
            x.select(0, 0), x[:, ::2, ::2], x[:, [0]], x[0, ..., 1:], x[0, 1, 2],
            x.as_strided((x.size(0), 3, 2), (30, 5, 1)), x.as_strided((2, 2), (5, 2), 1),
            x.diagonal(dim1=1, dim2=2), torch.diagonal(x, 1, 1, 2), x.tril(), x.triu(1),
            torch.tril(x, -1), x[0].diag(), torch.diag(x[0, 0]), torch.diag_embed(x))


@family("indexing", x=floats(6, 5), k=ints(0, 6), j=ints(0, 6, 4), y=floats(4, 3, 5))
class Indexing(nn.Module):
  def __init__(self):
    super().__init__()
    self.register_buffer("index", torch.tensor([0, 3, 5, 3]))
    self.register_buffer("pairs", torch.tensor([[0, 1], [4, -1]]))
    self.register_buffer("rows", torch.tensor([0, 2, 5]))
    self.register_buffer("columns", torch.tensor([1, 1, 4]))
    self.register_buffer("mask", torch.tensor([True, False, True, True, False, True]))
    self.register_buffer("grid", torch.rand(6, 5) > 0.5)

  def forward(self, x, k, j, y):
    batch = torch.arange(x.size(0))
    return (x[:, self.index], x[:, self.pairs], x[:, self.rows, self.columns],
            x[:, :, self.pairs.abs()], y[:, self.rows[:2], :, self.columns[:2]],
            y[:, self.pairs[0], 1:, self.pairs[0]], x[batch, k], x[batch, k, 1:3],
            x[batch[:, None], j], x[batch, -1],
            x[:, self.mask], x[:, self.grid], x[:, self.mask, 1:], x[self.index * 0],
            x[:, self.index][:, :, self.pairs], x.index_select(1, self.rows),
            torch.index_select(x, -1, self.columns), x[:, self.rows[:, None], self.columns[None]],
            x[:, 2, self.columns], x[:, self.rows, 2], x[:, None, self.index],
            torch.take(x[0], self.rows), x[batch, k, k.clamp(max=4)], x[:, self.columns, :2],
            x[:, [0, 2, -1]],
            y[:, :, self.rows[:2]], y[batch, k.clamp(max=3), :, k.clamp(max=4)],
            self.columns[k.clamp(max=2)], self.pairs.view(-1)[:3])


@family("indexing_traced", TRACED, x=floats(6, 5), y=floats(4, 3, 5))
class IndexingTraced(nn.Module):
  """What scripts cannot say."""

  def __init__(self):
    super().__init__()
    self.register_buffer("pairs", torch.tensor([[0, 1], [4, -1]]))
    self.register_buffer("rows", torch.tensor([0, 2, 1]))

  def forward(self, x, y):
    return (x[..., self.pairs], x[:, self.rows, ..., 0], y[..., self.rows, :2],
            y[:, self.rows, ..., self.rows], x[..., [0, 1], [2, 2]], x[:, None, ..., self.rows],
            x.mT[:, ..., torch.tensor([1, 0])])


@family("gathers", x=floats(6, 5), i=ints(0, 6, 3, 5), j=ints(0, 5, 6, 2), v=floats(3, 5),
        k=ints(0, 6))
class Gathers(nn.Module):
  def __init__(self):
    super().__init__()
    self.register_buffer("index", torch.tensor([0, 3, 5]))

  def forward(self, x, i, j, v, k):
    return (x.gather(1, i), torch.gather(x, 2, j), torch.gather(x, dim=-1, index=j),
            torch.take_along_dim(x, i, dim=1),
            x.gather(1, k[:, None, None].expand(-1, -1, 5)).squeeze(1), x.gather(1, x.argsort(1)),
            torch.take_along_dim(x, x.argmax(2, keepdim=True), 2),
            x.index_select(1, self.index), torch.gather(x, 1, k.view(-1, 1, 1).repeat(1, 1, 5)))


@family("scatters", x=floats(6, 5),
        i=lambda n: torch.stack([torch.randperm(6)[:3] for _ in range(5 * n)]).view(n, 5,
            3).transpose(1, 2).contiguous(), v=floats(3, 5), w=floats(6, 5))
class Scatters(nn.Module):
  def __init__(self):
    super().__init__()
    self.register_buffer("index", torch.tensor([0, 3, 5]))

  def forward(self, x, i, v, w):
    return (x.scatter(1, i, v), x.scatter(1, i, 2.5), torch.scatter(x, dim=1, index=i, src=v * 2),
            x.scatter_add(1, i, v), x.clone().scatter_(1, i, v),
            torch.zeros_like(x).scatter_(1, i, 1.0), torch.zeros_like(x).scatter_add_(1, i * 0, v),
            x.index_copy(1, self.index, v), x.index_add(1, self.index, v),
            x.index_add(1, self.index, v, alpha=2), x.index_fill(1, self.index, -1.0),
            torch.zeros_like(x).scatter(2, x.argmax(2, keepdim=True), 1.0),
            x.scatter_reduce(1, i, v, "sum"),
            x.scatter_reduce(1, i, v, "amax"),
            torch.zeros(x.size(0), 6, 5).index_put([torch.arange(x.size(0))[:, None],
                                                    self.index[None]], v),
                                                    x.slice_scatter(v, 1, 0, 6, 2),
                                                    x.select_scatter(v[:, 0], 1, 2),
                                                    x.masked_scatter(x > 100, w))


@family("writes", x=floats(6, 5), v=floats(3, 5), k=ints(0, 6))
class Writes(nn.Module):
  """Assignment to parts of a tensor."""

  def __init__(self):
    super().__init__()
    self.register_buffer("index", torch.tensor([0, 3, 5]))
    self.register_buffer("mask", torch.tensor([True, False, True, True, False, True]))

  def forward(self, x, v, k):
    a = x.clone()
    a[:, 0] = 1.5
    b = x.clone()
    b[:, 1:4] = v
    c = x + 0
    c[..., -1] += 2
    d = x.clone()
    d[d > 0] = 0.25
    e = x.clone()
    e[:, self.index] = v
    f = x.clone()
    f[:, self.mask] = -1.0
    g = x.clone()
    g[:, ::2, 1:] *= 3
    h = torch.zeros_like(x)
    h[:, :3, :] = v[:, :, :]
    h[:, 3:, 1] = x[:, 3:, 0]
    m = torch.zeros(x.size(0), 2, 6, 5)
    m[:, 0] = x
    m[:, 1, 2:] = x[:, :4]
    o = x.clone()
    o[torch.arange(x.size(0)), k] = 9.0
    p = x.clone()
    p[:, 2, 3] = v[:, 0, 0]
    q = x.clone()
    q[:] = 1
    r = x.clone()
    r[0] = 0
    s = torch.full_like(x, -1)
    s[:, 1:-1] = torch.where(x > 0, x, s)[:, 1:-1]
    return a, b, c, d, e, f, g, h, m, o, p, q, r, s


class WriteBroadcast(nn.Module):
  def forward(self, x, v):
    a = x.clone()
    a[:, 1:3] = v[:, :1]
    b = torch.zeros(x.size(0), 2, 6, 5)
    b[:, :, ::2] = v.unsqueeze(1)
    return a, b


@family("write_broadcast", SCRIPTED, x=floats(6, 5), v=floats(3, 5))
def write_broadcast():
  return WriteBroadcast()


@family("write_broadcast_baked", TRACED, sizes=(3, 3, 3), x=floats(6, 5), v=floats(3, 5))
def write_broadcast_baked():
  """Tracing keeps the shape of what is written, batch and all."""
  return WriteBroadcast()


@family("views_written", x=floats(6, 4), v=floats(4))
class ViewsWritten(nn.Module):
  """In-place operators on views change what they view."""

  def forward(self, x, v):
    a = x.clone()
    a[:, 0].mul_(2)
    b = x.clone()
    b.view(b.size(0), -1)[:, ::3].zero_()
    c = x.clone()
    c.transpose(1, 2)[:, 1].add_(1)
    d = x.clone()
    first, second = d.chunk(2, dim=1)
    first += second
    second.relu_()
    e = x.clone()
    part = e[:, 2:4]
    part[:, 1] = v
    e.mul_(2)
    f = x.clone()
    f.select(1, 1).copy_(v)
    f.narrow(1, 3, 2).fill_(0.5)
    g = x.clone()
    flat = g.flatten(1)
    flat.clamp_(min=0)
    h = x.clone()
    h.unsqueeze(1).squeeze(1).permute(0, 2, 1).sub_(1)
    i = x.clone()
    j = i
    i[:, 0] = 0
    k = x.clone()
    before = k + 0
    k.diagonal(dim1=1, dim2=2).fill_(7)
    m = x.clone()  # what is rearranged first is copied, and shares nothing
    m.transpose(1, 2).contiguous().add_(1)
    m.transpose(1, 2).flatten(1).mul_(3)
    m[:, 1:].reshape(m.size(0), -1).zero_()
    n = x.clone()  # what lies in order is not
    n.contiguous().add_(1)
    n.reshape(n.size(0), -1).mul_(3)
    return a, b, c, d, first, second, e, part, f, g, flat, h, j, k, before, m, n


@family("grids", x=floats(4, 3))
class Grids(nn.Module):
  def forward(self, x):
    h, w = x.size(1), x.size(2)
    ys, xs = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    us, vs = torch.meshgrid([torch.linspace(-1, 1, 3), torch.linspace(0, 1, 4)], indexing="xy")
    a, b = torch.meshgrid(x[0, 0], x[0, :, 0], indexing="ij")
    return (ys, xs, us, vs, a, b, torch.stack([xs, ys], -1).view(-1, 2), x + xs * 0.5 - ys,
            torch.stack((us, vs), 2).view(1, -1, 2).expand(x.size(0), -1, -1),
            torch.cartesian_prod(torch.arange(2), torch.arange(3)))


@family("sizes", x=floats(4, 6), y=floats(2, 3, 5))
class Sizes(nn.Module):
  """Numbers that are made of shapes."""

  def forward(self, x, y):
    n, c, w = x.size()
    numel = x.numel()
    ratio = x.shape[2] / x.shape[1]
    return (x.view(n, c * w), x.view(n, 2, c // 2, w), x * (c * w), x / numel, x * ratio,
            x.reshape(n * c // 2, -1), x[:, : c // 2], x[:, (c + 1) // 3:],
            torch.zeros(n, c + 1, w - 1), torch.arange(n * 2), x + n, x / (w ** 0.5),
            x.view(n, -1, w)[:, -(c - 1):],
            y.flatten(2).transpose(1, 2),
            y.view(y.size(0), y.size(1), -1).sum(-1) / (y.shape[2] * y.shape[3]),
            x.new_zeros(n, y.size(2)), F.pad(x, [0, (4 - w % 4) % 4]), torch.full((n, 1), c % 4),
            y.expand(n, y.shape[1], 3, 5), torch.ones(x.shape), torch.zeros(x.size()[:2]),
            x.sum() / n)


@family("sizes_scripted", SCRIPTED, x=floats(4, 6))
class SizesScripted(nn.Module):
  def forward(self, x):
    shape = list(x.shape)
    new = shape[:1] + [2, 2] + shape[2:]
    rows = [x.size(0)] + [1] * (x.dim() - 1)
    total = 1
    for size in x.shape[1:]:
      total *= size
    last = x.shape[-1]
    return (x.view(new), torch.ones(rows), x.reshape(-1, total), x * len(x), x[:, :last // 2],
            x * x.dim(), x.view(x.shape[0], -1), x / float(x.size(-1)),
            x.reshape([x.size(0), int(total / 2), 2]), x * len(shape))


@family("embeddings", i=ints(0, 7, 5), k=ints(0, 7, 2, 2, dtype=torch.int32))
class Embeddings(nn.Module):
  def __init__(self):
    super().__init__()
    self.plain, self.padded = nn.Embedding(7, 4), nn.Embedding(7, 3, padding_idx=0)
    self.normed = nn.Embedding(7, 4, max_norm=None, scale_grad_by_freq=True)
    self.weight, self.position = nn.Parameter(torch.randn(7, 2)), nn.Embedding(9, 4)

  def forward(self, i, k):
    here = torch.arange(i.size(1), device=i.device).unsqueeze(0).expand_as(i)
    return (self.plain(i), self.padded(i), self.plain(k), self.normed(i),
            F.embedding(i, self.weight), F.embedding(i, self.weight, padding_idx=-1),
            self.weight[i], self.plain(i) + self.position(here),
            self.weight.index_select(0, i.view(-1)).view(i.size(0), -1, 2),
            F.one_hot(i, 7), F.one_hot(i, num_classes=8).float(),
            F.one_hot(i % 3, 4).to(torch.float32) @ self.weight[:4], self.plain.weight[:3],
            self.plain(i[:, 0]), self.plain(i).mean(1))


@family("embedding_bag", i=ints(0, 7, 5), w=floats(5))
class Bags(nn.Module):
  def __init__(self):
    super().__init__()
    self.mean, self.sum = nn.EmbeddingBag(7, 3), nn.EmbeddingBag(7, 3, mode="sum")
    self.max = nn.EmbeddingBag(7, 3, mode="max")

  def forward(self, i, w):
    return self.mean(i), self.sum(i), self.max(i), self.sum(i, per_sample_weights=w)


@family("padded_bags", i=ints(0, 3, 4))
class PaddedBags(nn.Module):
  """Histories shorter than others, which padding fills; a bag may hold nothing else."""

  def __init__(self):
    super().__init__()
    self.bags = nn.ModuleList([nn.EmbeddingBag(3, 2, mode=mode, padding_idx=padding)
                               for mode, padding in (("mean", 0), ("sum", -2), ("max", 1))])

  def forward(self, i):
    results: List[torch.Tensor] = []
    for bag in self.bags:
      results.append(bag(i * (i[:, :1] > 0)))
    return results


@family("bucketize", x=floats(4), b=floats(3))
class Bucketize(nn.Module):
  def __init__(self):
    super().__init__()
    self.register_buffer("edges", torch.tensor([-1.0, 0.0, 0.5, 1.0]))

  def forward(self, x, b):
    return (torch.bucketize(x, self.edges), torch.bucketize(x, self.edges, right=True),
            torch.searchsorted(self.edges, x))
