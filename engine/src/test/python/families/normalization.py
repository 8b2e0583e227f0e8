"""Normalizations, and batch norms that can and cannot become part of another layer."""
import torch
import torch.nn.functional as F
from torch import nn

from .registry import Each, family, floats


@family("batch_norm", x=floats(4, 3, 4), line=floats(4, 5), row=floats(4), cube=floats(4, 2, 3, 2))
class BatchNorms(nn.Module):
  def __init__(self):
    super().__init__()
    self.two, self.plain = nn.BatchNorm2d(4), nn.BatchNorm2d(4, affine=False, eps=1e-3)
    self.one, self.three = nn.BatchNorm1d(4), nn.BatchNorm3d(4)
    self.loose = nn.BatchNorm2d(4)

  def forward(self, x, line, row, cube):
    return (self.two(x), self.plain(x), self.one(line), self.one(row), self.three(cube),
            F.batch_norm(x, self.two.running_mean, self.two.running_var, self.loose.weight, None),
            F.batch_norm(x, self.two.running_mean, self.two.running_var, eps=1e-2))


@family("batch_norm_folding", x=floats(4, 4, 5), line=floats(4, 5), row=floats(4),
        cube=floats(4, 2, 3, 2))
class Folding(nn.Module):
  def __init__(self):
    super().__init__()
    def after(conv, norm):
      return nn.Sequential(conv, norm)
    self.conv = after(nn.Conv2d(4, 6, 3, bias=False), nn.BatchNorm2d(6))
    self.biased = after(nn.Conv2d(4, 6, 3, groups=2), nn.BatchNorm2d(6, eps=1e-3))
    self.depthwise = after(nn.Conv2d(4, 4, 3, groups=4), nn.BatchNorm2d(4, affine=False))
    self.back = after(nn.ConvTranspose2d(4, 6, 2, stride=2, groups=2), nn.BatchNorm2d(6))
    self.linear = after(nn.Linear(4, 3), nn.BatchNorm1d(3))
    self.line = after(nn.Conv1d(4, 3, 2), nn.BatchNorm1d(3))
    self.cube = after(nn.Conv3d(4, 2, 2), nn.BatchNorm3d(2))
    self.before = after(nn.BatchNorm2d(4), nn.Conv2d(4, 3, 3))
    self.activated = nn.Sequential(nn.Conv2d(4, 3, 3), nn.ReLU(), nn.BatchNorm2d(3))
    self.first, self.norm, self.other = nn.Conv2d(4, 3, 1), nn.BatchNorm2d(3), nn.BatchNorm2d(3)

  def forward(self, x, line, row, cube):
    y, z = self.first(x), self.first(x * 0.5)
    return (self.conv(x), self.biased(x), self.depthwise(x), self.back(x), self.linear(row),
            self.line(line), self.cube(cube), self.before(x), self.activated(x),
            self.norm(y) + y, self.norm(z), self.other(z), self.norm(self.other(z) + 1))


@family("layer_norm", x=floats(3, 6), image=floats(4, 5, 6))
class LayerNorms(nn.Module):
  def __init__(self):
    super().__init__()
    self.one, self.two = nn.LayerNorm(6), nn.LayerNorm([5, 6], eps=1e-3)
    self.plain = nn.LayerNorm(6, elementwise_affine=False)
    self.unbiased, self.channels = nn.LayerNorm(6, bias=False), nn.LayerNorm(4, eps=1e-6)

  def forward(self, x, image):
    mean = image.mean(1, keepdim=True)
    by_hand = (image - mean) / torch.sqrt((image - mean).pow(2).mean(1, keepdim=True) + 1e-6)
    return (self.one(x), self.two(image), self.plain(x), self.unbiased(x),
            self.channels(image.permute(0, 2, 3, 1)).permute(0, 3, 1, 2),
            F.layer_norm(image, [4, 5, 6]), F.layer_norm(x, [6], None, self.one.bias),
            F.layer_norm(x, (3, 6)), self.channels.weight[:, None, None] * by_hand)


@family("group_norm", x=floats(4, 3, 4), line=floats(4, 5), row=floats(4))
class GroupNorms(nn.Module):
  def __init__(self):
    super().__init__()
    self.two, self.one = nn.GroupNorm(2, 4), nn.GroupNorm(1, 4, eps=1e-3)
    self.all = nn.GroupNorm(4, 4)
    self.plain = nn.GroupNorm(2, 4, affine=False)

  def forward(self, x, line, row):
    return (self.two(x), self.one(x), self.all(x), self.plain(x), self.two(line), self.plain(line),
            self.two(row), self.one(x.unsqueeze(2)), F.group_norm(x, 2, self.two.weight))


@family("instance_norm", x=floats(4, 3, 4), line=floats(4, 5), cube=floats(2, 3, 2, 4))
class InstanceNorms(nn.Module):
  def __init__(self):
    super().__init__()
    self.plain, self.affine = nn.InstanceNorm2d(4), nn.InstanceNorm2d(4, affine=True)
    self.line = nn.InstanceNorm1d(4, affine=True, eps=1e-3)
    self.tracked = nn.InstanceNorm2d(4, affine=True, track_running_stats=True)
    self.cube = nn.InstanceNorm3d(2)

  def forward(self, x, line, cube):
    return (self.plain(x), self.affine(x), self.line(line), self.tracked(x), self.cube(cube),
            F.instance_norm(x))


@family("rms_norm", x=floats(3, 6), image=floats(4, 5, 6))
class RmsNorms(nn.Module):
  def __init__(self):
    super().__init__()
    self.one, self.plain = nn.RMSNorm(6), nn.RMSNorm(6, elementwise_affine=False, eps=1e-6)
    self.two = nn.RMSNorm([5, 6], eps=1e-3)

  def forward(self, x, image):
    by_hand = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)
    return (self.one(x), self.plain(x), self.two(image), self.one.weight * by_hand)


@family("normalize", x=floats(3, 6), image=floats(7, 3, 2))
class Normalize(nn.Module):
  def __init__(self):
    super().__init__()
    self.response, self.scale = nn.LocalResponseNorm(3), nn.Parameter(torch.randn(7))

  def forward(self, x, image):
    return (F.normalize(x), F.normalize(x, dim=-1), F.normalize(x, p=1.0, dim=2),
            F.normalize(image, dim=1, eps=1e-6),
            F.normalize(x * 0), self.response(image),
            F.local_response_norm(image, 4, alpha=0.01, beta=0.5, k=2.0),
            F.local_response_norm(x, 2, alpha=0.1), x / x.norm(2, -1, keepdim=True),
            F.cosine_similarity(x[:, 0], x[:, 1]),
            F.cosine_similarity(x.unsqueeze(2), x.unsqueeze(1), dim=-1))
