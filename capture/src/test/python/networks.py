"""Networks of well-known forms, of any size, that torchvision and timm lack."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class BertLayer(nn.Module):
  def __init__(self, width, heads):
    super().__init__()
    self.heads, self.size = heads, width // heads
    self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
    self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)
    self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
    self.drop = nn.Dropout(0.1)

  def split(self, x):
    return x.view(x.size()[:-1] + (self.heads, self.size)).permute(0, 2, 1, 3)

  def forward(self, x, mask):
    scores = torch.matmul(self.split(self.query(x)), self.split(self.key(x)).transpose(-1, -2))
    weights = self.drop(F.softmax(scores / math.sqrt(self.size) + mask, dim=-1))
    y = torch.matmul(weights, self.split(self.value(x))).permute(0, 2, 1, 3).contiguous()
    x = self.norm1(self.out(y.view(y.size(0), y.size(1), self.heads * self.size)) + x)
    return self.norm2(self.drop(self.down(F.gelu(self.up(x)))) + x)


class Bert(nn.Module):
  """Tokens, a summary, and a sentence embedding: the mean of the tokens that are there."""

  def __init__(self, words, width, heads, layers, length):
    super().__init__()
    self.words, self.types = nn.Embedding(words, width, padding_idx=0), nn.Embedding(2, width)
    self.positions, self.norm = nn.Embedding(length, width), nn.LayerNorm(width, eps=1e-12)
    self.layers = nn.ModuleList([BertLayer(width, heads) for _ in range(layers)])
    self.pooler, self.lowest = nn.Linear(width, width), torch.finfo(torch.float32).min
    self.register_buffer("position_ids", torch.arange(length).unsqueeze(0))

  def forward(self, input_ids, attention_mask, token_type_ids):
    mask = attention_mask[:, None, None, :].to(self.pooler.weight.dtype)
    mask = (1.0 - mask) * self.lowest
    x = self.words(input_ids) + self.types(token_type_ids)
    x = self.norm(x + self.positions(self.position_ids[:, : input_ids.size(1)]))
    for layer in self.layers:
      x = layer(x, mask)
    keep = attention_mask.unsqueeze(-1).expand(x.size()).float()
    mean = torch.sum(x * keep, 1) / torch.clamp(keep.sum(1), min=1e-9)
    return x, torch.tanh(self.pooler(x[:, 0])), F.normalize(mean, p=2.0, dim=1)


class Tagger(nn.Module):
  def __init__(self, words, width, hidden, tags, layers=1):
    super().__init__()
    self.table, self.tags = nn.Embedding(words, width), nn.Linear(2 * hidden, tags)
    self.lstm = nn.LSTM(width, hidden, layers, batch_first=True, bidirectional=True)

  def forward(self, words):
    scores = F.log_softmax(self.tags(self.lstm(self.table(words))[0]), dim=2)
    return scores, scores.argmax(-1)


class Double(nn.Sequential):
  def __init__(self, i, o):
    super().__init__(
        nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True),
        nn.Conv2d(o, o, 3, padding=1), nn.LeakyReLU(0.1))


class Unet(nn.Module):
  """One way up is a transposed convolution, the other a resize to the skip's size."""

  def __init__(self, channels, width, classes):
    super().__init__()
    w = width
    self.down1, self.down2 = Double(channels, w), Double(w, 2 * w)
    self.bottom = Double(2 * w, 2 * w)
    self.up2, self.pool = nn.ConvTranspose2d(2 * w, 2 * w, 2, stride=2), nn.MaxPool2d(2)
    self.up1, self.last, self.head = Double(4 * w, w), Double(2 * w, w), nn.Conv2d(w, classes, 1)

  def forward(self, x):
    a = self.down1(x)
    b = self.down2(self.pool(a))
    c = self.up2(self.bottom(self.pool(b)))
    c = F.pad(c, [0, b.size(3) - c.size(3), 0, b.size(2) - c.size(2)])
    d = self.up1(torch.cat([b, c], dim=1))
    d = F.interpolate(d, size=a.shape[2:], mode="bilinear", align_corners=False)
    return torch.sigmoid(self.head(self.last(torch.cat([a, d], 1))))
