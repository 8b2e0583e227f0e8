"""The table of fixtures, and the inputs that most of them use."""
import torch
from torch import nn

FIXTURES = {}
SCRIPTED = {"traced": False}
TRACED = {"scripted": False}


def fixture(about, **options):
  """A function that returns a module and its batches becomes the fixture of that name; the options
  are those of oracle.export, and `train`."""
  def register(build):
    FIXTURES[build.__name__] = build, {"about": about} | options
    return build
  return register


def rows(*sizes, features=4, name="x"):
  return [{name: torch.randn(n, features)} for n in sizes or (3, 1, 5)]


def images(*sizes, channels=4, side=6, name="x"):
  return [{name: torch.randn(n, channels, side, side)} for n in sizes or (2, 1, 3)]


def sequences(*sizes):
  return [{"x": torch.randn(n, 3, 4)} for n in sizes or (2, 1, 3)]


def signs():
  """Batches whose sums are positive, negative, positive."""
  return [{"x": torch.randn(3, 4) + shift} for shift in (1.0, -1.0, 2.0)]


def norms(module):
  """Random statistics and weights for each batch norm, as after training."""
  for m in module.modules():
    if isinstance(m, nn.modules.batchnorm._BatchNorm):
      nn.init.normal_(m.running_mean)
      nn.init.uniform_(m.running_var, 0.5, 2)
      nn.init.uniform_(m.weight, 0.5, 2)
      nn.init.normal_(m.bias)
  return module
