"""Convolutions and transposed convolutions."""
import torch
import torch.nn.functional as F
from torch import nn

from .registry import Each, family, floats


@family("conv1d", x=floats(4, 11))
def conv1d():
  return Each(
      nn.Conv1d(4, 6, 3), nn.Conv1d(4, 6, 3, padding=1, bias=False), nn.Conv1d(4, 4, 3, groups=4),
      nn.Conv1d(4, 6, 5, stride=2, padding=2, groups=2), nn.Conv1d(4, 2, 3, dilation=2),
      nn.Conv1d(4, 3, 1), nn.Conv1d(4, 3, 3, padding="same"), nn.Conv1d(4, 3, 4, padding="same"),
      nn.Conv1d(4, 3, 3, padding="valid"), nn.Conv1d(4, 3, 3, padding=2, padding_mode="reflect"),
      nn.Conv1d(4, 3, 3, padding=1, padding_mode="replicate"),
      nn.Conv1d(4, 3, 5, padding=2, padding_mode="circular"))


@family("conv2d", x=floats(4, 7, 6))
def conv2d():
  return Each(
      nn.Conv2d(4, 3, 3), nn.Conv2d(4, 5, 3, stride=2, padding=1, bias=False), nn.Conv2d(4, 3, 1),
      nn.Conv2d(4, 6, (3, 2), padding=(1, 0), groups=2), nn.Conv2d(4, 4, 3, padding=1, groups=4),
      nn.Conv2d(4, 8, 3, stride=(2, 1), groups=4, bias=False),
      nn.Conv2d(4, 2, 3, dilation=2, padding=2), nn.Conv2d(4, 2, (1, 3), dilation=(1, 2)),
      nn.Conv2d(4, 3, 4, stride=4), nn.Conv2d(4, 3, 3, padding="valid", stride=2),
      nn.Conv2d(4, 2, 3, padding="same"), nn.Conv2d(4, 2, (2, 4), padding="same"),
      nn.Conv2d(4, 2, (4, 3), padding="same", dilation=(1, 2)),
      nn.Conv2d(4, 2, 3, padding=1, padding_mode="reflect"),
      nn.Conv2d(4, 2, (3, 5), padding=(1, 2), padding_mode="replicate"),
      nn.Conv2d(4, 2, 3, padding=(2, 1), padding_mode="circular", stride=2),
      nn.Conv2d(4, 2, 4, padding="same", padding_mode="reflect"))


@family("conv3d", x=floats(2, 4, 5, 4))
def conv3d():
  return Each(
      nn.Conv3d(2, 3, 3), nn.Conv3d(2, 4, (1, 3, 3), padding=(0, 1, 1), groups=2, bias=False),
      nn.Conv3d(2, 2, (3, 1, 1), stride=(2, 1, 1), padding=(1, 0, 0), groups=2),
      nn.Conv3d(2, 2, 2, dilation=(1, 2, 2)), nn.Conv3d(2, 2, (2, 3, 1), padding="same"),
      nn.Conv3d(2, 2, 3, padding=1, padding_mode="replicate", stride=2),
      nn.Conv3d(2, 2, 3, padding=1, padding_mode="circular"))


@family("conv_functional", x=floats(4, 6, 5), kernels=floats(2, 4, 3, 3))
class Functional(nn.Module):
  """Weights that are computed, and images without a batch axis."""

  def __init__(self):
    super().__init__()
    self.weight, self.bias = nn.Parameter(torch.randn(4, 4, 3, 3)), nn.Parameter(torch.randn(4))
    self.line = nn.Parameter(torch.randn(3, 2, 3))
    self.conv, self.back = nn.Conv2d(4, 2, 3), nn.ConvTranspose1d(4, 2, 3, stride=2)

  def forward(self, x, kernels):
    standard = (self.weight - self.weight.mean((1, 2, 3), keepdim=True)) / (
        self.weight.std((1, 2, 3), keepdim=True) + 1e-5)
    return (F.conv2d(x, self.weight, self.bias, stride=2, padding=1),
            F.conv2d(x, standard, None, 1, 1),
            F.conv2d(x, self.weight * 0.5, self.bias * 2.0, padding="same"),
            F.conv2d(x, kernels[0], padding=1),
            F.conv2d(x, kernels.mean(0), stride=(1, 2)),
            F.conv2d(x, self.weight[:, :2].contiguous(), self.bias, groups=2),
            F.conv1d(x.flatten(2), self.line, groups=2)[:, :1] if self.line.size(0) == 2
            else F.conv1d(x[:, :2].flatten(2), self.line),
            self.conv(x[0]), self.back(x[0, :, 0]),
            torch.conv2d(x, self.weight, self.bias, [1, 1], [0, 1], [1, 1], 1))


@family("conv_transpose1d", x=floats(4, 6))
def conv_transpose1d():
  return Each(
      nn.ConvTranspose1d(4, 3, 3), nn.ConvTranspose1d(4, 3, 4, stride=2, padding=1, bias=False),
      nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2),
      nn.ConvTranspose1d(4, 4, 3, dilation=2, groups=4),
      nn.ConvTranspose1d(4, 2, 3, stride=3, dilation=2, padding=2, output_padding=2))


@family("conv_transpose2d", x=floats(4, 4, 3))
def conv_transpose2d():
  return Each(
      nn.ConvTranspose2d(4, 2, 2, stride=2), nn.ConvTranspose2d(4, 2, 3, bias=False),
      nn.ConvTranspose2d(4, 2, 4, stride=2, padding=1),
      nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1, groups=2),
      nn.ConvTranspose2d(4, 2, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(0, 1)),
      nn.ConvTranspose2d(4, 4, 4, stride=2, padding=1, groups=4, bias=False),
      nn.ConvTranspose2d(4, 2, 3, dilation=2, padding=1))


@family("conv_transpose3d", x=floats(2, 2, 3, 2))
def conv_transpose3d():
  return Each(
      nn.ConvTranspose3d(2, 2, 2, stride=2), nn.ConvTranspose3d(2, 2, 3, groups=2, bias=False),
      nn.ConvTranspose3d(2, 2, (1, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1),
                         output_padding=(0, 1, 1)))
