"""Records what the observers of the tests must see, by PyTorch: python observers.py

For each batch of shared_relu.npz: the sum of each tensor, the histogram of its magnitudes (16 bins
of 0.5, the last one open), and the extremes of its channels."""

import json
import pathlib

import numpy
import torch

RESOURCES = pathlib.Path(__file__).parent.parent / "resources"

model = torch.jit.load(RESOURCES / "torchscript" / "shared_relu_traced.pt")
arrays = numpy.load(RESOURCES / "torchscript" / "shared_relu.npz")
batches = []
for b in range(3):
    x = torch.from_numpy(arrays[f"{b}.input.x"])
    points = {"x": x}
    with torch.no_grad():
        points["conv1"] = model.conv1(points["x"])
        points["bn1"] = model.bn1(points["conv1"])
        points["relu"] = torch.relu(points["bn1"])
        points["conv2"] = model.conv2(points["relu"])
        points["bn2"] = model.bn2(points["conv2"])
        points["/add"] = points["bn2"] + x
        points["relu@1"] = torch.relu(points["/add"])
        assert torch.equal(points["relu@1"], model(x))
    recorded = {}
    for name, y in points.items():
        halves = y.abs().double() * 2
        # What rounds otherwise elsewhere must not fall into another bin.
        near = (halves - halves.round()).abs() < 1e-5
        assert not torch.any(near & (y != 0)), name
        recorded[name] = {
            "sum": y.double().sum().item(),
            "bins": torch.bincount(halves.floor().clamp(0, 15).long().flatten(), minlength=16).tolist(),
            "min": y.amin((0, 2, 3)).tolist(),
            "max": y.amax((0, 2, 3)).tolist(),
        }
    batches.append(recorded)
lines = ",\n".join(json.dumps(recorded) for recorded in batches)
(RESOURCES / "observers" / "shared_relu.json").write_text(f'{{"batches": [\n{lines}\n]}}\n')
