"""Archives of models that were saved in training mode, with what PyTorch gives in evaluation.

Usage: python training.py ../resources/training
"""
import pathlib
import sys

import numpy as np
import torch
from torch import nn

sys.path.append(str(pathlib.Path(__file__).resolve().parents[4] / "capture/src/test/python"))
import oracle  # noqa: E402


def dropouts():
  return nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Dropout(0.5), nn.AlphaDropout(0.3),
                       nn.FeatureAlphaDropout(0.3), nn.Unflatten(1, (4, 1, 1)), nn.Dropout2d(0.2),
                       nn.Flatten(), nn.RReLU(), nn.Linear(4, 3))


def batch_norm():
  return nn.Sequential(nn.Linear(6, 4), nn.BatchNorm1d(4), nn.Linear(4, 3))


if __name__ == "__main__":
  folder = pathlib.Path(sys.argv[1])
  torch.manual_seed(0)
  for build in (dropouts, batch_norm):
    model, x = build(), torch.randn(5, 6)
    for kind, archive in (("traced", torch.jit.trace(model, x, check_trace=False)),
                          ("scripted", torch.jit.script(model))):
      oracle.save(archive, folder / f"{build.__name__}_{kind}.pt", {}, debug=False, older=True)
    np.savez(folder / f"{build.__name__}.npz",
             **{"0.input.x": x.numpy(), "0.output": model.eval()(x).detach().numpy()})
