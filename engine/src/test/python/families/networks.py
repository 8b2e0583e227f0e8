"""Small networks in the form of well-known ones."""
import torch
import torch.nn.functional as F
from torch import nn

from networks import Bert, Tagger, Unet

from .registry import family, floats, ints, valid


class Residual(nn.Module):
  def __init__(self, i, o, stride):
    super().__init__()
    self.conv1, self.bn1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
    self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
    self.relu, self.downsample = nn.ReLU(inplace=True), None
    if stride != 1 or i != o:
      self.downsample = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

  def forward(self, x):
    identity = x
    y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
    if self.downsample is not None:
      identity = self.downsample(x)
    y += identity
    return self.relu(y)


@family("resnet", x=floats(3, 12, 11))
class Resnet(nn.Module):
  def __init__(self):
    super().__init__()
    self.stem = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4),
                              nn.ReLU(inplace=True), nn.MaxPool2d(3, 1, 1))
    self.layer1 = Residual(4, 4, 1)
    self.layer2 = nn.Sequential(Residual(4, 6, 2), Residual(6, 6, 1))
    self.avgpool, self.fc = nn.AdaptiveAvgPool2d((1, 1)), nn.Linear(6, 5)

  def forward(self, x):
    return self.fc(torch.flatten(self.avgpool(self.layer2(self.layer1(self.stem(x)))), 1))


class SqueezeExcite(nn.Module):
  def __init__(self, c):
    super().__init__()
    self.reduce, self.expand = nn.Conv2d(c, 2, 1), nn.Conv2d(2, c, 1)

  def forward(self, x):
    s = x.mean((2, 3), keepdim=True)
    return x * self.expand(F.silu(self.reduce(s))).sigmoid()


@family("inverted_residual", x=floats(4, 7, 6))
class InvertedResidual(nn.Module):
  def __init__(self):
    super().__init__()
    self.expand = nn.Sequential(nn.Conv2d(4, 8, 1, bias=False), nn.BatchNorm2d(8),
                                nn.Hardswish(inplace=True))
    self.depthwise = nn.Sequential(nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False),
                                   nn.BatchNorm2d(8), nn.ReLU6(inplace=True))
    self.se = SqueezeExcite(8)
    self.project = nn.Sequential(nn.Conv2d(8, 4, 1, bias=False), nn.BatchNorm2d(4))

  def forward(self, x):
    return x + self.project(self.se(self.depthwise(self.expand(x))))


@family("bert", input_ids=ints(1, 20, 7), attention_mask=lambda n: valid(7)(n).long(),
        token_type_ids=ints(0, 2, 7))
def bert():
  return Bert(20, 8, 2, 2, 9)


@family("lstm_tagger", words=ints(0, 20, 6))
def lstm_tagger():
  return Tagger(20, 5, 4, 3)


@family("unet", x=floats(2, 12, 10))
def unet():
  return Unet(2, 2, 2)


@family("vit", x=floats(3, 12, 8))
class Vit(nn.Module):
  def __init__(self):
    super().__init__()
    self.patches, self.token = nn.Conv2d(3, 8, 4, 4), nn.Parameter(torch.randn(1, 1, 8))
    self.position = nn.Parameter(torch.randn(1, 7, 8))
    self.norm1, self.norm2, self.norm = nn.LayerNorm(8), nn.LayerNorm(8), nn.LayerNorm(8)
    self.qkv, self.proj = nn.Linear(8, 24), nn.Linear(8, 8)
    self.scale = nn.Parameter(torch.full((8,), 0.1))
    self.mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Dropout(0.1), nn.Linear(16, 8))
    self.head = nn.Linear(8, 3)

  def attend(self, x):
    n, length, width = x.shape
    q, k, v = self.qkv(x).reshape(n, length, 3, 2, width // 2).permute(2, 0, 3, 1, 4).unbind(0)
    return self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, length,
        width))

  def forward(self, x):
    x = self.patches(x).flatten(2).transpose(1, 2)
    x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.position
    x = x + self.scale * self.attend(self.norm1(x))
    x = x + self.mlp(self.norm2(x))
    return self.head(self.norm(x)[:, 0])


@family("swin", x=floats(4, 6, 8))
class Swin(nn.Module):
  """Attention within windows of 2 x 2 that are shifted by one, with biases by relative position."""

  def __init__(self):
    super().__init__()
    self.norm, self.qkv, self.proj = nn.LayerNorm(8), nn.Linear(8, 24), nn.Linear(8, 8)
    self.table = nn.Parameter(torch.randn(9, 2))
    y, x = torch.meshgrid(torch.arange(2), torch.arange(2), indexing="ij")
    at = torch.stack([y.flatten(), x.flatten()])
    self.register_buffer("index", ((at[:, :, None] - at[:, None] + 1) * torch.tensor([3, 1])[:,
        None, None]).sum(0).view(-1))
    self.merge = nn.Linear(32, 4, bias=False)

  def forward(self, x):
    n, h, w, c = x.shape
    y = torch.roll(self.norm(x), shifts=(-1, -1), dims=(1, 2))
    y = y.view(n, h // 2, 2, w // 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, 4, c)
    qkv = self.qkv(y).reshape(y.size(0), 4, 3, 2, c // 2).permute(2, 0, 3, 1, 4)
    scores = (qkv[0] * (c // 2) ** -0.5).matmul(qkv[1].transpose(-2, -1))
    scores = scores + self.table[self.index].view(4, 4, 2).permute(2, 0,
        1).contiguous().unsqueeze(0)
    mask = x.new_zeros((h, w))
    mask[0:-2] = 1
    mask[-2:-1] = 2
    mask[:, -1:] += 3
    mask = mask.view(h // 2, 2, w // 2, 2).permute(0, 2, 1, 3).reshape(-1, 4)
    mask = mask.unsqueeze(1) - mask.unsqueeze(2)
    mask = mask.masked_fill(mask != 0, -100.0).masked_fill(mask == 0, 0.0)
    windows = mask.size(0)
    scores = scores.view(n, windows, 2, 4, 4) + mask.unsqueeze(1).unsqueeze(0)
    y = F.softmax(scores.view(-1, 2, 4, 4), dim=-1).matmul(qkv[2]).transpose(1, 2).reshape(-1, 4, c)
    y = self.proj(y).view(n, h // 2, w // 2, 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, c)
    x = x + torch.roll(y, shifts=(1, 1), dims=(1, 2))
    merged = torch.cat([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], -1)
    return x, self.merge(merged)


@family("crnn", x=floats(1, 8, 14))
class Crnn(nn.Module):
  """Text recognition; the result is what CTC decodes, time first."""

  def __init__(self):
    super().__init__()
    self.conv = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(True),
                              nn.MaxPool2d(2), nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(True),
                              nn.MaxPool2d((2, 1), (2, 1)))
    self.rnn, self.head = nn.LSTM(8, 4, bidirectional=True), nn.Linear(8, 6)

  def forward(self, x):
    y = self.conv(x)
    y = y.flatten(1, 2).permute(2, 0, 1)
    y = self.head(self.rnn(y)[0])
    return F.log_softmax(y, 2), y.softmax(2).max(2)[1].transpose(0, 1)


@family("detection_head", x=floats(4, 3, 5))
class Head(nn.Module):
  """Boxes from a grid, as one-stage detectors decode them."""

  def __init__(self):
    super().__init__()
    self.conv = nn.Conv2d(4, 2 * 7, 1)
    self.register_buffer("anchors", torch.tensor([[10.0, 13.0], [16.0, 30.0]]).view(1, 2, 1, 1, 2))

  def forward(self, x):
    n, _, h, w = x.shape
    y = self.conv(x).view(n, 2, 7, h, w).permute(0, 1, 3, 4, 2).contiguous()
    ys, xs = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    grid = torch.stack((xs, ys), 2).expand(1, 2, h, w, 2).float()
    xy, wh, conf = y.sigmoid().split((2, 2, 3), 4)
    y = torch.cat(((xy * 2 - 0.5 + grid) * 8, (wh * 2) ** 2 * self.anchors, conf), 4).view(n,
        2 * h * w, 7)
    centers, sizes = y[..., :2], y[..., 2:4]
    return (torch.cat([centers - sizes / 2, centers + sizes / 2], -1),
            (y[..., 4:5] * y[..., 5:]).max(-1)[0])


@family("gpt", tokens=ints(0, 20, 6))
class Gpt(nn.Module):
  """A causal language model with rotary positions and RMS norms; the logits of the last token."""

  def __init__(self):
    super().__init__()
    self.table, self.norm = nn.Embedding(20, 8), nn.RMSNorm(8, eps=1e-5)
    self.last = nn.RMSNorm(8, eps=1e-5)
    self.q, self.kv = nn.Linear(8, 8, bias=False), nn.Linear(8, 8, bias=False)
    self.out = nn.Linear(8, 8, bias=False)
    self.gate, self.up = nn.Linear(8, 12, bias=False), nn.Linear(8, 12, bias=False)
    self.down = nn.Linear(12, 8, bias=False)
    self.register_buffer("frequencies", 1.0 / (100.0 ** (torch.arange(0, 4, 2).float() / 4)))

  def rotate(self, x, cos, sin):
    a, b = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-b, a), dim=-1) * sin

  def forward(self, tokens):
    x = self.table(tokens)
    n, length, width = x.shape
    angles = torch.outer(torch.arange(length, device=x.device).float(), self.frequencies)
    angles = torch.cat((angles, angles), dim=-1)
    cos, sin = angles.cos()[None, None], angles.sin()[None, None]
    y = self.norm(x)
    q = self.rotate(self.q(y).view(n, length, 2, 4).transpose(1, 2), cos, sin)
    k, v = self.kv(y).view(n, length, 1, 2, 4).permute(3, 0, 2, 1, 4).unbind(0)
    k = self.rotate(k, cos, sin)[:, :, None].expand(n, 1, 2, length, 4).reshape(n, 2, length, 4)
    v = v.repeat_interleave(2, dim=1)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    x = x + self.out(y.transpose(1, 2).contiguous().view(n, length, width))
    y = self.last(x)
    x = x + self.down(F.silu(self.gate(y)) * self.up(y))
    return F.linear(x[:, -1], self.table.weight)


@family("text_cnn", words=ints(0, 20, 9))
class TextCnn(nn.Module):
  def __init__(self):
    super().__init__()
    self.table = nn.Embedding(20, 5)
    self.convs = nn.ModuleList([nn.Conv2d(1, 3, (k, 5)) for k in (2, 3, 4)])
    self.fc = nn.Linear(9, 2)

  def forward(self, words):
    x = self.table(words).unsqueeze(1)
    y = [F.relu(conv(x)).squeeze(3) for conv in self.convs]
    return self.fc(torch.cat([F.max_pool1d(part, part.size(2)).squeeze(2) for part in y], 1))


@family("wavenet", x=floats(1, 24))
class Wavenet(nn.Module):
  def __init__(self):
    super().__init__()
    self.first = nn.Conv1d(1, 4, 1)
    self.layers = nn.ModuleList([nn.Conv1d(4, 8, 3, dilation=2 ** i,
        padding=2 ** (i + 1)) for i in range(3)])
    self.last = nn.Conv1d(4, 2, 1)

  def forward(self, x):
    x = self.first(x)
    skip = torch.zeros_like(x)
    for layer in self.layers:
      a, b = layer(x)[..., : x.size(-1)].chunk(2, 1)
      y = torch.tanh(a) * torch.sigmoid(b)
      x, skip = x + y, skip + y
    return self.last(F.relu(skip))


@family("autoencoder", x=floats(1, 10, 8))
class Autoencoder(nn.Module):
  def __init__(self):
    super().__init__()
    self.down = nn.Sequential(nn.Conv2d(1, 3, 3, 2, 1), nn.InstanceNorm2d(3), nn.PReLU(),
                              nn.Flatten(), nn.Linear(60, 6))
    self.up = nn.Sequential(nn.Linear(6, 60), nn.ELU(), nn.Unflatten(1, (3, 5, 4)),
                            nn.ConvTranspose2d(3, 2, 3, 2, 1, output_padding=1), nn.GroupNorm(1, 2),
                            nn.Tanh(), nn.ReflectionPad2d(1), nn.Conv2d(2, 1, 3))

  def forward(self, x):
    mean, log = self.down(x).chunk(2, 1)
    code = torch.cat([mean, torch.exp(0.5 * log)], 1)
    return self.up(code), code
