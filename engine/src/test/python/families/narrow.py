"""Types of fewer bits: bfloat16 and autocast, inputs of bytes."""
import torch
import torch.nn.functional as F
from torch import nn

from .registry import TRACED, bools, family, floats, ints


@family("bfloat16", x=floats(4, 5, 6), i=ints(0, 7, 4))
class Brain(nn.Module):
  """Weights of bfloat16, and what is made of them; other types beside."""

  def __init__(self):
    super().__init__()
    self.conv, self.norm = nn.Conv2d(4, 3, 3), nn.BatchNorm2d(3)
    self.fc, self.layer = nn.Linear(3, 4), nn.LayerNorm(4)
    self.words, self.narrow = nn.Embedding(7, 4), nn.Linear(4, 2)
    for module in (self.conv, self.norm, self.fc, self.layer, self.words):
      module.bfloat16()
    self.narrow.half()
    self.register_buffer("wide", torch.randn(4))
    self.register_buffer("one", torch.tensor(1.5, dtype=torch.bfloat16))
    self.register_buffer("part", torch.randn(8, 4).bfloat16()[1::2, :].t())

  def forward(self, x, i):
    y = F.relu(self.norm(self.conv(x.to(torch.bfloat16))))
    z = self.layer(self.fc(y.mean((2, 3))))
    w = self.words(i).sum(1)
    zeros = torch.zeros(4, dtype=torch.bfloat16)
    return (y.float(), z.float(), (z + self.wide), (z * 2.5).float(), (z * self.one).float(),
            torch.softmax(z, -1).float(), w.float(), torch.cat([z, w + zeros], 1).float(),
            (z.half() + 1).float(), self.narrow(z.half()).float(), (z @ self.part).double(),
            z.to(torch.float32).to(torch.bfloat16).to(torch.float32),
            (z > 0), (z * 4).clamp(-3, 3).long().float(), F.pad(z, (1, 1)).float(),
            torch.full_like(z, 0.5).float(), (z.type_as(self.wide)), x.to(torch.bfloat16).float())


@family("bfloat16_autocast", TRACED, x=floats(4, 5, 6))
class Autocast(nn.Module):
  def __init__(self):
    super().__init__()
    self.conv, self.norm, self.fc = nn.Conv2d(4, 3, 3), nn.BatchNorm2d(3), nn.Linear(3, 8)

  def forward(self, x):
    with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
      y = F.relu(self.norm(self.conv(x)))
      z = self.fc(y.flatten(2).transpose(1, 2))
      scores = (z @ z.transpose(1, 2)).softmax(-1)
    return y.float(), z.float(), scores.float()


@family("float16_autocast", TRACED, x=floats(4, 5, 6))
class HalfAutocast(nn.Module):
  def __init__(self):
    super().__init__()
    self.conv, self.norm, self.fc = nn.Conv2d(4, 3, 3), nn.BatchNorm2d(3), nn.Linear(3, 8)

  def forward(self, x):
    with torch.autocast("cpu", dtype=torch.float16, cache_enabled=False):
      y = F.relu(self.norm(self.conv(x)))
      z = self.fc(y.flatten(2).transpose(1, 2))
    return y.float(), z.float()


@family("bytes", x=ints(0, 256, 4, 6, 3, dtype=torch.uint8),
        other=ints(0, 256, 4, 6, 3, dtype=torch.uint8), flags=bools(4, 6, 3))
class Bytes(nn.Module):
  """What is done to the bytes of an image before they are numbers with fractions."""

  def __init__(self):
    super().__init__()
    self.conv = nn.Conv2d(3, 2, 3)
    self.register_buffer("mean", torch.tensor([120, 110, 100], dtype=torch.uint8))

  def forward(self, x, other, flags):
    image = x.permute(0, 3, 1, 2).float() / 255
    both = torch.cat([x, other], 3)
    first, second = both.permute(0, 3, 1, 2).split(3, 1)
    grey = x[..., :1].expand(-1, -1, -1, 3)
    return (self.conv(image), x[:, 1:, ::2].float(), x.reshape(-1, 24, 3).float() * 2,
            x.unsqueeze(1).float(), grey.float(), both.float(), first.float(), second.double(),
            x.flip(3).permute(0, 3, 1, 2) / 255, torch.stack([x, other], 1).float(),
            torch.where(flags, x, other).float(), F.pad(x.float(), (0, 0, 1, 1)),
            x.roll(1, 2).float(), x.clamp(10, 200).float(), (x[:, :2] > 100), x[:, 0].int(),
            x[:, 0].long(), (x - self.mean).float(), x[..., 0], x.repeat(1, 1, 1, 2).float(),
            torch.maximum(x, other).float(), x[:, 1].to(torch.bool), x[:, 2].half(),
            x.transpose(1, 2).to(torch.int8))


@family("bytes_image", x=ints(0, 256, 4, 6, 3, dtype=torch.uint8),
        other=ints(0, 256, 4, 6, 3, dtype=torch.uint8))
class Image(nn.Module):
  """Only what leaves nothing that TensorRT refuses."""

  def __init__(self):
    super().__init__()
    self.conv = nn.Conv2d(3, 2, 3)

  def forward(self, x, other):
    framed = torch.cat([other[:, :1], x], 1)
    both = torch.stack([x, other], 1).flip(2)[:, :, 1:]
    return (self.conv(framed.permute(0, 3, 1, 2).float() / 255), both.unsqueeze(2).float(),
            x[:, None, ::2].expand(-1, 2, -1, -1, -1).float(), other.flatten(1).float() * 0.1,
            x > 9, torch.where(x > other, x, other).float())


@family("chars", x=ints(-128, 128, 4, 6, dtype=torch.int8),
        k=ints(-9, 9, 4, 6, dtype=torch.int32), b=bools(4, 6))
class Chars(nn.Module):
  """Inputs of other types whose elements are moved before they are converted."""

  def __init__(self):
    super().__init__()
    self.fc = nn.Linear(4, 3)

  def forward(self, x, k, b):
    s = x.short()
    return (self.fc(x.transpose(1, 2).float()), self.fc(s.transpose(1, 2).float()),
            self.fc(k.transpose(1, 2).float()), self.fc(b.transpose(1, 2).float()),
            s[:, 1:].half().float(), x[:, ::2].float(), b[:, ::2].long())
