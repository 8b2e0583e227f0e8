"""Padding, resizing and sampling."""
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

from .registry import SCRIPTED, TRACED, Each, family, floats, ints, uniform


@family("pad", x=floats(2, 4, 5), line=floats(2, 5), cube=floats(1, 3, 4, 3), i=ints(0, 9, 4))
class Pads(nn.Module):
  def forward(self, x, line, cube, i):
    return (F.pad(x, (1, 2)), F.pad(x, (1, 0, 2, 1)), F.pad(x, [0, 0, 0, 0, 1, 0]),
            F.pad(x, (1, 1, 1, 1), value=-2.5), F.pad(x, (-1, 2)), F.pad(x, (-1, -1, 0, -2)),
            F.pad(x, (1, 2, 0, 3), mode="reflect"), F.pad(x, (2, 1, 1, 0), mode="replicate"),
            F.pad(x, (1, 2, 3, 0), mode="circular"),
            F.pad(line, (2, 1), "reflect"), F.pad(line, (2, 1), "replicate"),
            F.pad(line, (2, 1), "circular"), F.pad(cube, (1, 0, 1, 1, 0, 2), "reflect"),
            F.pad(cube, (1, 0, 1, 1, 0, 2), "replicate"),
            F.pad(cube, (1, 0, 1, 1, 0, 2), "circular"), F.pad(i, (0, 3), value=9.0),
            F.pad(i, (2, 0)), F.pad(x > 0, (1, 1), value=1.0),
            F.pad(x, (0, x.size(3) % 4, 0, x.size(2) % 4)),
            F.pad(x, (-1, 2, 0, 1), mode="replicate"), torch.constant_pad_nd(x, [1, 1], 0.5),
            F.pad(x[:, :, ::2], (0, 1, 0, 1)), F.pad(x, (1, 0), value=float("-inf")))


@family("pad_modules", x=floats(2, 5, 6))
def pad_modules():
  return Each(nn.ZeroPad2d((1, 2, 0, 1)), nn.ConstantPad2d(1, 0.5),
              nn.ReflectionPad2d((2, 1, 0, 3)), nn.ReplicationPad2d(2),
              nn.ConstantPad1d((0, 3), -1.0), nn.CircularPad2d((1, 1, 2, 0)), nn.ZeroPad2d(-1),
              nn.ConstantPad3d((0, 1, 0, 0, 1, 0), 2.0))


@family("interpolate", x=floats(1, 5, 4), line=floats(2, 5), cube=floats(1, 3, 2, 3))
class Interpolate(nn.Module):
  def forward(self, x, line, cube):
    return (F.interpolate(x, scale_factor=2.0), F.interpolate(x, size=(7, 9)),
            F.interpolate(x, size=[3, 4], mode="nearest"),
            F.interpolate(x, scale_factor=1.7, mode="nearest"),
            F.interpolate(x, size=(7, 9), mode="nearest-exact"),
            F.interpolate(x, scale_factor=0.6, mode="nearest-exact"),
            F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False),
            F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=True),
            F.interpolate(x, size=(7, 9), mode="bilinear"),
            F.interpolate(x, size=(3, 4), mode="bilinear", align_corners=True),
            F.interpolate(x, size=(1, 1), mode="bilinear", align_corners=True),
            F.interpolate(x, scale_factor=1.7, mode="bilinear"),
            F.interpolate(x, scale_factor=1.7, mode="bilinear", recompute_scale_factor=True),
            F.interpolate(x, scale_factor=(0.5, 1.5), mode="bilinear"),
            F.interpolate(x, size=(7, 9), mode="bicubic"),
            F.interpolate(x, size=(3, 9), mode="bicubic", align_corners=True),
            F.interpolate(x, scale_factor=1.6, mode="bicubic"),
            F.interpolate(line, size=8, mode="linear"),
            F.interpolate(line, scale_factor=2.0, mode="linear", align_corners=True),
            F.interpolate(line, scale_factor=1.5),
            F.interpolate(cube, scale_factor=2.0, mode="trilinear"),
            F.interpolate(cube, size=(4, 3, 5), mode="trilinear", align_corners=True),
            F.interpolate(cube, scale_factor=(1.0, 2.0, 2.0)),
            F.interpolate(x, size=cube.shape[-2:], mode="bilinear"),
            F.interpolate(x, size=(x.size(2) * 2, x.size(3) + 1)),
            F.interpolate(x, size=x.shape[2:], mode="bilinear"),
            F.interpolate(x, scale_factor=1.7, recompute_scale_factor=True),
            F.interpolate(x, scale_factor=(3.0, 0.5)),
            F.interpolate(line, size=7, mode="nearest-exact"))


@family("upsample_modules", x=floats(1, 3, 4))
def upsample_modules():
  return Each(nn.Upsample(scale_factor=2), nn.Upsample(size=(5, 7)),
              nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
              nn.Upsample(scale_factor=(2, 3), mode="bilinear"),
              nn.UpsamplingNearest2d(scale_factor=3), nn.UpsamplingBilinear2d(scale_factor=2),
              nn.Upsample(size=6, mode="bicubic"))


@family("interpolate_antialias", x=floats(2, 9, 8))
class Antialias(nn.Module):
  def forward(self, x):
    return (F.interpolate(x, size=(4, 3), mode="bilinear", antialias=True),
            F.interpolate(x, size=(5, 5), mode="bicubic", antialias=True),
            F.interpolate(x, scale_factor=0.4, mode="bilinear", antialias=True),
            F.interpolate(x, size=(4, 3), mode="bilinear", align_corners=True, antialias=True),
            F.interpolate(x, size=(12, 10), mode="bilinear", antialias=True))


@family("grid_sample", x=floats(2, 5, 6), grid=uniform(-1.3, 1.3, 3, 4, 2))
class GridSample(nn.Module):
  def forward(self, x, grid):
    return (F.grid_sample(x, grid, align_corners=False), F.grid_sample(x, grid, align_corners=True),
            F.grid_sample(x, grid, padding_mode="border", align_corners=False),
            F.grid_sample(x, grid, padding_mode="border", align_corners=True),
            F.grid_sample(x, grid, padding_mode="reflection", align_corners=False),
            F.grid_sample(x, grid, padding_mode="reflection", align_corners=True),
            F.grid_sample(x, grid, "nearest", align_corners=False),
            F.grid_sample(x, grid, "nearest", "border", align_corners=True),
            F.grid_sample(x, grid, "nearest", "reflection", align_corners=False))


@family("grid_sample_rare", x=floats(2, 5, 6), grid=uniform(-1.3, 1.3, 3, 4, 2),
        cube=floats(1, 3, 4, 3), points=uniform(-1.1, 1.1, 2, 2, 2, 3))
class GridSampleRare(nn.Module):
  def forward(self, x, grid, cube, points):
    return (F.grid_sample(x, grid, "bicubic", align_corners=False),
            F.grid_sample(x, grid, "bicubic", "border", align_corners=True),
            F.grid_sample(cube, points, align_corners=False),
            F.grid_sample(cube, points, "nearest", align_corners=True))


@family("affine_grid", x=floats(2, 5, 6), theta=floats(2, 3))
class AffineGrid(nn.Module):
  def forward(self, x, theta):
    size = [x.size(0), 2, 4, 3]
    turned = F.affine_grid(theta * 0.3, size, align_corners=False)
    return (turned, F.affine_grid(theta, size, align_corners=True),
            F.affine_grid(theta, x.size(), align_corners=False),
            F.grid_sample(x, turned, align_corners=False))


def boxes(n):
  corners = torch.rand(n, 4) * 5
  return torch.cat([torch.arange(n)[:, None].float(), corners[:, :2],
                    corners[:, :2] + 1 + corners[:, 2:]], 1)


@family("roi_align", x=floats(2, 9, 8), rois=boxes)
class RoiAlign(nn.Module):
  def forward(self, x, rois):
    return (torchvision.ops.roi_align(x, rois, (3, 2), 1.0, 2, True),
            torchvision.ops.roi_align(x, rois, (3, 2), 0.5, 2, False),
            torch.ops.torchvision.roi_align(x, rois, 1.0, 2, 3, -1, False),
            torchvision.ops.roi_align(x, rois, 2, 1.0, -1, True))
