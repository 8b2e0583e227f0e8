"""Activations, in place too, and softmax."""
import torch
import torch.nn.functional as F
from torch import nn

from .registry import Each, family, floats


@family("activation_modules", x=floats(4, 2))
def activation_modules():
  return Each(
      nn.ReLU(), nn.ReLU6(), nn.Hardtanh(), nn.Hardtanh(-0.5, 2.0), nn.LeakyReLU(),
      nn.LeakyReLU(0.2),
      nn.PReLU(), nn.PReLU(4), nn.ELU(), nn.ELU(0.5), nn.SELU(), nn.CELU(), nn.CELU(0.5), nn.GELU(),
      nn.GELU("tanh"), nn.SiLU(), nn.Mish(), nn.Hardswish(), nn.Hardsigmoid(), nn.Sigmoid(),
      nn.Tanh(),
      nn.Softplus(), nn.Softplus(beta=2, threshold=3), nn.Softsign(), nn.GLU(1), nn.LogSigmoid(),
      nn.Hardshrink(), nn.Hardshrink(0.2), nn.Softshrink(), nn.Softshrink(0.2), nn.Tanhshrink(),
      nn.Threshold(0.1, -2.0), nn.RReLU(), nn.Identity(), nn.Dropout(), nn.Dropout2d(),
      nn.AlphaDropout(),
      nn.Softmax(dim=1), nn.LogSoftmax(dim=-1), nn.Softmin(dim=2))


@family("activation_in_place", x=floats(4, 5))
class InPlace(nn.Module):
  def __init__(self):
    super().__init__()
    self.relu, self.six, self.leaky = nn.ReLU(True), nn.ReLU6(True), nn.LeakyReLU(0.1, True)
    self.hard = nn.Hardtanh(-0.5, 0.5, True)
    self.silu, self.mish, self.swish = nn.SiLU(True), nn.Mish(True), nn.Hardswish(True)
    self.sigmoid = nn.Hardsigmoid(True)
    self.elu, self.selu, self.celu = nn.ELU(0.5, True), nn.SELU(True), nn.CELU(0.5, True)
    self.threshold = nn.Threshold(0.1, -2.0, True)
    self.drop = nn.Dropout(0.5, True)

  def forward(self, x):
    shared = x + 1
    result = self.relu(shared)
    return (self.relu(x.clone()), self.six(x * 4), self.leaky(x.clone()), self.hard(x.clone()),
            self.silu(x.clone()),
            self.mish(x.clone()), self.swish(x.clone()), self.sigmoid(x.clone()),
            self.elu(x.clone()), self.selu(x.clone()),
            self.celu(x.clone()), self.threshold(x.clone()), x.clone().sigmoid_(),
            x.clone().tanh_(), torch.relu_(x.clone()),
            F.relu(x.clone(), inplace=True), shared, result + shared, self.drop(x * 2),
            x.clone().clamp_(-0.5, 0.7),
            x.clone().clamp_min_(0.1), x.clone().relu_().mul_(2), F.leaky_relu_(x.clone(), 0.3))


@family("activation_functions", x=floats(4, 5), low=floats(4, 1), high=floats(1, 5))
class Functions(nn.Module):
  def __init__(self):
    super().__init__()
    self.slope, self.slopes = nn.Parameter(torch.tensor([0.3])), nn.Parameter(torch.rand(4))
    self.register_buffer("zero", torch.tensor(0.0))

  def forward(self, x, low, high):
    return (x.clamp(min=-0.2), x.clamp(max=0.4), torch.clamp(x, -0.3, 0.3),
            torch.clamp(x, low, high), x.clamp(min=low),
            torch.clamp(x, max=high), x.clamp_min(0.1), x.clamp_max(0.1), torch.clip(x, 0, 6),
            (x * 5).long().clamp(-2, 3),
            x.clamp(min=self.zero), F.prelu(x, self.slope), F.prelu(x, self.slopes),
            torch.prelu(x[:, :, 0], self.slopes),
            F.relu6(x * 4), F.gelu(x), F.gelu(x, approximate="tanh"), x * torch.sigmoid(1.702 * x),
            x * torch.tanh(F.softplus(x)),
            F.glu(x[:, :, :4]), F.glu(x, 1), F.glu(x[..., :4], dim=-1), F.logsigmoid(x),
            F.hardtanh(x, -2.0, 0.5), F.threshold(x, 0.0, 1.0),
            x * F.relu6(x + 3) / 6, F.dropout(x, 0.3, self.training), torch.dropout(x, 0.3, False),
            torch.relu(x), x.relu())


@family("softmax", x=floats(4, 5))
class Softmax(nn.Module):
  def forward(self, x):
    return (F.softmax(x, 0), F.softmax(x, 1), x.softmax(-1), torch.softmax(x, dim=2),
            F.softmax(x, dim=1, dtype=torch.float64),
            F.log_softmax(x, 1), x.log_softmax(-1), F.softmin(x, 1), F.softmin(x, dim=-1),
            F.log_softmax(x.flatten(1), dim=1),
            F.softmax(x[0, 0], 0), torch.sigmoid(x), F.softmax((x * 3).round(), -1))
