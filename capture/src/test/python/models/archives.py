"""Archives that were changed after tracing or scripting, or hold unusual names and files."""
from collections import OrderedDict
from typing import Tuple

import torch
from torch import Tensor, nn

from .registry import SCRIPTED, fixture, images, norms, rows


def conv_bn():
  return norms(nn.Sequential(OrderedDict(
      conv=nn.Conv2d(4, 4, 3), bn=nn.BatchNorm2d(4), relu=nn.ReLU(),
      pool=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(), fc=nn.Linear(4, 3))))


def frozen_exactly(archive):
  return torch.jit.freeze(archive, optimize_numerics=False)


@fixture("frozen: the archive has no modules left, only operators", frozen=True,
         transform=frozen_exactly)
def frozen():
  return conv_bn(), images(name="input")


@fixture("frozen as by default: batch norm is folded into the convolution", frozen=True,
         transform=torch.jit.freeze)
def frozen_folded():
  return conv_bn(), images(name="input")


@fixture("saved in train mode: batch norm uses the batch's statistics and moves its own",
         train=True)
def train_mode():
  return conv_bn(), images(3, 2, 4, name="input")


class Doubled(nn.Module):
  def forward(self, x: Tensor) -> Tensor:
    return x * 2


class Hooked(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.act = nn.Linear(4, 4), Doubled()

  def forward(self, x):
    return self.act(self.lin(x))


def before(self, input: Tuple[Tensor]) -> Tuple[Tensor]:
  return (input[0] - 1,)


def after(self, input: Tuple[Tensor], output: Tensor) -> Tensor:
  return output + input[0].abs()


@fixture("a scripted module that has a forward pre-hook and a forward hook of its own", **SCRIPTED)
def own_hooks():
  model = Hooked()
  model.act.register_forward_pre_hook(before)
  model.act.register_forward_hook(after)
  return model, rows()


# Left out, since PyTorch cannot load what it saved: names with a double quote, a backslash, a line
# break or letters beyond ASCII, and most keywords.
ODD = ["1st", "my-layer", "a b", "conv@1", "x/y", "a:b", "layer[0]", "lambda", "it's", "forward1",
       "_0", "CONSTANTS", "torch", "self", "0", "#", "{}", "%s", "tab\t", "ops", "int", "Tensor",
       "annotate", "uninitialized", "getattr", "print"]


@fixture("attribute names that are no identifiers, are keywords, or look like hook points")
def odd_names():
  model = nn.Sequential(OrderedDict((name, nn.Linear(4, 4)) for name in ODD))
  return model, rows(2, 1, name="input")


@fixture("extra files in the archive", extra={"labels.txt": "cat\ndog\n", "a/b.json": "{}"})
def extra_files():
  return conv_bn(), images(name="input")
