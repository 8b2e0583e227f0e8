"""Small TorchScript archives whose inputs vary in length, with what PyTorch computes.

Usage: PYTHONHASHSEED=0 python lengths.py ../resources/lengths [NAME...]
Needs torch and numpy. For each NAME there are NAME_traced.pt or NAME_scripted.pt, or both, and
NAME.npz as operators.py makes them, for several lengths; batch 0 was traced.
"""
import pathlib
import sys
import zlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

sys.path.append(str(pathlib.Path(__file__).resolve().parents[4] / "capture/src/test/python"))
import oracle  # noqa: E402


def tokens(batch, length):
  return torch.randint(0, 20, (batch, length))


def image(*shape):
  return torch.randn(*shape)


class Pooled(nn.Module):
  """A classifier of text by the mean of its tokens that are no padding."""

  def __init__(self):
    super().__init__()
    self.embedding = nn.Embedding(20, 8)
    self.hidden = nn.Linear(8, 16)
    self.head = nn.Linear(16, 3)

  def forward(self, ids, mask):
    x = torch.relu(self.hidden(self.embedding(ids)))
    m = mask.unsqueeze(-1).to(x.dtype)
    return self.head((x * m).sum(1) / m.sum(1).clamp(min=1.0))


class Positions(nn.Module):
  """A table of positions, cut to the length."""

  def __init__(self):
    super().__init__()
    self.embedding = nn.Embedding(20, 8)
    self.register_buffer("table", torch.randn(1, 24, 8))
    self.head = nn.Linear(8, 3)

  def forward(self, ids):
    x = self.embedding(ids) + self.table[:, : ids.size(1)]
    return self.head(torch.tanh(x)).mean(1)


class LearnedPositions(nn.Module):
  """Positions that are looked up by their numbers."""

  def __init__(self):
    super().__init__()
    self.embedding = nn.Embedding(20, 8)
    self.positions = nn.Embedding(24, 8)
    self.head = nn.Linear(8, 3)

  def forward(self, ids):
    at = torch.arange(ids.size(1), device=ids.device).unsqueeze(0).expand_as(ids)
    return self.head(self.embedding(ids) + self.positions(at))


class Attention(nn.Module):
  """Attention written out, as Hugging Face's BERT has it: heads by view and transpose."""

  def __init__(self):
    super().__init__()
    self.embedding = nn.Embedding(20, 8)
    self.q, self.k, self.v = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)
    self.head = nn.Linear(8, 3)

  def split(self, x):
    return x.view(x.size(0), x.size(1), 2, 4).permute(0, 2, 1, 3)

  def forward(self, ids, mask):
    x = self.embedding(ids)
    q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
    scores = q @ k.transpose(-1, -2) / 2.0
    scores = scores + (1.0 - mask[:, None, None, :].to(x.dtype)) * -10000.0
    y = (scores.softmax(-1) @ v).permute(0, 2, 1, 3).contiguous()
    return self.head(y.view(y.size(0), -1, 8))


class Encoder(nn.Module):
  def __init__(self):
    super().__init__()
    self.embedding = nn.Embedding(20, 8)
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    self.head = nn.Linear(8, 3)

  def forward(self, ids, padding):
    x = self.encoder(self.embedding(ids), src_key_padding_mask=padding)
    return self.head(x.mean(1))


class TimeFirst(nn.Module):
  """Attention and a recurrent layer, with time as the first axis."""

  def __init__(self):
    super().__init__()
    self.lstm = nn.LSTM(4, 6)
    self.head = nn.Linear(6, 3)

  def forward(self, x):
    y, _ = self.lstm(x)
    return self.head(y)


class BatchFirstRecurrent(nn.Module):
  def __init__(self):
    super().__init__()
    self.gru = nn.GRU(4, 6, batch_first=True, bidirectional=True)
    self.head = nn.Linear(12, 3)

  def forward(self, x):
    y, _ = self.gru(x)
    return self.head(y[:, -1])


class Speech(nn.Module):
  """Strided convolutions over time, then a linear layer a frame."""

  def __init__(self):
    super().__init__()
    self.layers = nn.Sequential(
        nn.Conv1d(4, 8, 3, stride=2, padding=1), nn.BatchNorm1d(8), nn.ReLU(),
        nn.Conv1d(8, 8, 3, stride=2), nn.ReLU())
    self.head = nn.Linear(8, 5)

  def forward(self, x):
    y = self.layers(x)
    return F.log_softmax(self.head(y.transpose(1, 2)), -1)


class SpeechFlattened(nn.Module):
  """Frames stacked by reshaping, whose number is computed with a floor division."""

  def __init__(self):
    super().__init__()
    self.conv = nn.Conv2d(1, 4, 3, stride=2)
    self.head = nn.Linear(4 * 3, 5)

  def forward(self, x):
    y = self.conv(x.unsqueeze(1))
    b, c, t, f = y.size()
    return self.head(y.transpose(1, 2).contiguous().view(b, t, c * f))


class Pixels(nn.Module):
  """A fully convolutional network."""

  def __init__(self):
    super().__init__()
    self.layers = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 2, 1))

  def forward(self, x):
    return self.layers(x)


class Pooling(nn.Module):
  """A classifier of images of any size."""

  def __init__(self):
    super().__init__()
    self.layers = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(8, 4))

  def forward(self, x):
    return self.layers(x)


class UNet(nn.Module):
  """Halves twice and doubles twice: only multiples of 4 fit together again."""

  def __init__(self):
    super().__init__()
    self.a, self.b, self.c = (nn.Conv2d(i, 4, 3, padding=1) for i in (3, 4, 4))
    self.d, self.e = nn.Conv2d(8, 4, 3, padding=1), nn.Conv2d(8, 2, 3, padding=1)

  def forward(self, x):
    a = torch.relu(self.a(x))
    b = torch.relu(self.b(F.max_pool2d(a, 2)))
    c = torch.relu(self.c(F.max_pool2d(b, 2)))
    d = self.d(torch.cat([F.interpolate(c, scale_factor=2.0), b], 1))
    return self.e(torch.cat([F.interpolate(d, size=a.shape[-2:], mode="bilinear"), a], 1))


class Flattened(nn.Module):
  """A linear layer over all places: no other length fits its weight."""

  def __init__(self):
    super().__init__()
    self.pool = nn.AdaptiveAvgPool1d(4)
    self.head = nn.Linear(16, 3)

  def forward(self, x):
    return self.head(self.pool(x).flatten(1))


class Truncated(nn.Module):
  """Asks for the length and cuts what is longer than 20."""

  def __init__(self):
    super().__init__()
    self.head = nn.Linear(4, 3)

  def forward(self, x):
    if x.size(1) > 20:
      x = x[:, :20]
    return self.head(x).sum(1)


class Unrolled(nn.Module):
  """A loop over time."""

  def __init__(self):
    super().__init__()
    self.cell = nn.Linear(8, 4)

  def forward(self, x):
    h = torch.zeros(x.size(0), 4)
    for t in range(x.size(1)):
      h = torch.tanh(self.cell(torch.cat([x[:, t], h], 1)))
    return h


class Scores(nn.Module):
  """Two sequences of different lengths."""

  def __init__(self):
    super().__init__()
    self.a, self.b = nn.Linear(4, 6), nn.Linear(4, 6)

  def forward(self, x, y):
    return (self.a(x) @ self.b(y).transpose(1, 2)).softmax(-1) @ y


class Windows(nn.Module):
  """Pads to a multiple of 4 and attends within windows."""

  def __init__(self):
    super().__init__()
    self.head = nn.Linear(4, 4)

  def forward(self, x):
    b, n, c = x.shape
    x = F.pad(x, (0, 0, 0, (4 - n % 4) % 4))
    w = x.view(b, x.size(1) // 4, 4, c)
    y = (w @ w.transpose(-1, -2)).softmax(-1) @ self.head(w)
    return y.view(b, -1, c)[:, :n]


class Causal(nn.Module):
  """Attention of a causal language model, with a mask from a table."""

  def __init__(self):
    super().__init__()
    self.qkv = nn.Linear(8, 24)
    self.register_buffer("mask", torch.tril(torch.ones(24, 24)).view(1, 1, 24, 24))

  def forward(self, x):
    b, t, c = x.size()
    q, k, v = self.qkv(x).split(c, dim=2)
    q, k, v = (z.view(b, t, 2, c // 2).transpose(1, 2) for z in (q, k, v))
    a = (q @ k.transpose(-2, -1)) * 0.5
    a = a.masked_fill(self.mask[:, :, :t, :t] == 0, float("-inf"))
    return (a.softmax(-1) @ v).transpose(1, 2).contiguous().view(b, t, c)


class Fused(nn.Module):
  """PyTorch's scaled dot product attention with is_causal."""

  def __init__(self):
    super().__init__()
    self.q, self.k = nn.Linear(8, 8), nn.Linear(8, 8)

  def forward(self, x):
    return F.scaled_dot_product_attention(self.q(x), self.k(x), x, is_causal=True)


class Baked(nn.Module):
  """Python's own numbers, which a trace keeps: positions of the traced length."""

  def __init__(self):
    super().__init__()
    self.positions = nn.Embedding(24, 8)
    self.head = nn.Linear(8, 3)

  def forward(self, x):
    at = torch.arange(int(x.shape[1]))
    return self.head(x + self.positions(at)).reshape(-1, int(x.shape[1]) * 3)


def ids_and_mask(batch, length):
  mask = torch.ones(batch, length, dtype=torch.long)
  mask[0, length // 2 :] = 0
  return {"ids": tokens(batch, length), "mask": mask}


def only(name, make):
  return lambda batch, length: {name: make(batch, length)}


X4 = only("x", lambda b, n: torch.randn(b, n, 4))
X8 = only("x", lambda b, n: torch.randn(b, n, 8))
IDS = only("ids", tokens)
IMAGE = only("x", lambda b, n: torch.randn(b, 3, n, n + 8))
LONG = [(3, 16), (2, 9), (4, 12)]

# The module, its inputs, batches and lengths, and how it becomes an archive.
FAMILIES = {
    "pooled": (Pooled, ids_and_mask, LONG, "traced scripted"),
    "positions": (Positions, IDS, LONG, "traced scripted"),
    "learned_positions": (LearnedPositions, IDS, LONG, "traced scripted"),
    "attention": (Attention, ids_and_mask, LONG, "traced scripted"),
    "encoder": (
        Encoder,
        lambda b, n: {"ids": tokens(b, n), "padding": ids_and_mask(b, n)["mask"] == 0},
        LONG, "traced scripted"),
    "time_first": (TimeFirst, only("x", lambda b, n: torch.randn(n, b, 4)), LONG, "traced scripted"),
    "recurrent": (BatchFirstRecurrent, X4, LONG, "traced scripted"),
    "speech": (
        Speech, only("x", lambda b, n: torch.randn(b, 4, n)), [(3, 41), (2, 24), (1, 32)],
        "traced scripted"),
    "speech_flattened": (
        SpeechFlattened, only("x", lambda b, n: torch.randn(b, n, 8)), LONG, "traced scripted"),
    "pixels": (Pixels, IMAGE, [(2, 24), (1, 16), (3, 21)], "traced scripted"),
    "pooling": (Pooling, IMAGE, [(2, 24), (1, 16), (3, 21)], "traced scripted"),
    "unet": (UNet, IMAGE, [(2, 24), (1, 16), (1, 40)], "traced scripted"),
    "flattened": (Flattened, only("x", lambda b, n: torch.randn(b, 4, n)), LONG, "traced scripted"),
    "truncated": (Truncated, X4, LONG, "scripted"),
    "unrolled": (Unrolled, X4, LONG, "scripted"),
    "scores": (
        Scores,
        lambda b, n: {"x": torch.randn(b, n, 4), "y": torch.randn(b, 25 - n, 4)},
        LONG, "traced scripted"),
    "windows": (Windows, X4, LONG, "traced scripted"),
    "causal": (Causal, X8, LONG, "traced"),
    "fused": (Fused, X8, LONG, "traced scripted"),
    "baked": (Baked, X8, [(3, 16), (2, 16)], "traced"),
}


def write(folder, name):
  build, inputs, sizes, kinds = FAMILIES[name]
  torch.manual_seed(zlib.crc32(name.encode()))
  torch.backends.mha.set_fastpath_enabled(False)
  module = build().eval()
  batches = [inputs(*size) for size in sizes]
  with torch.no_grad():
    outputs = [module(**batch) for batch in batches]
  for kind in kinds.split():
    archive = oracle.trace(module, batches[0]) if kind == "traced" else oracle.script(module)
    path = folder / f"{name}_{kind}.pt"
    oracle.save(archive, path, {}, debug=False, older=True)
    oracle.check(path, batches, outputs)
  held = oracle.arrays("", batches, outputs)
  np.savez_compressed(folder / f"{name}.npz", **{key: a.copy("C") for key, a in held})


if __name__ == "__main__":
  target = pathlib.Path(sys.argv[1])
  target.mkdir(exist_ok=True)
  for name in sys.argv[2:] or FAMILIES:
    try:
      write(target, name)
    except Exception as e:  # the others can still be written
      print(name, type(e).__name__, e)
