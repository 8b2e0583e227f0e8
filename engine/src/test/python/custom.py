"""A model with an operator of an application's own: custom/custom_{traced,scripted}.pt with what PyTorch gives."""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[4] / "capture/src/test/python"))
import oracle  # noqa: E402

library = torch.library.Library("application", "DEF")
library.define("scaled_tanh(Tensor x, float scale) -> Tensor")
library.impl("scaled_tanh", lambda x, scale: scale * torch.tanh(x), "CompositeExplicitAutograd")


class Custom(nn.Module):
  def __init__(self):
    super().__init__()
    self.first = nn.Linear(4, 6)
    self.second = nn.Linear(6, 3)

  def forward(self, x):
    return self.second(torch.ops.application.scaled_tanh(self.first(x), 1.5))


torch.manual_seed(0)
folder = Path(__file__).parent.parent / "resources" / "custom"
folder.mkdir(exist_ok=True)
model = Custom().eval()
inputs = [torch.randn(n, 4) for n in (3, 1, 5)]
with torch.no_grad():
  oracle.save(torch.jit.trace(model, inputs[0]), folder / "custom_traced.pt", {}, False, False)
  oracle.save(torch.jit.script(model), folder / "custom_scripted.pt", {}, False, False)
  held = {}
  for i, x in enumerate(inputs):
    held[f"{i}.input.x"] = x.numpy()
    held[f"{i}.output"] = model(x).numpy()
np.savez_compressed(folder / "custom.npz", **held)
