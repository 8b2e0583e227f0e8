"""Makes the archives of src/test/resources/calls: methods other than forward, and arguments that
are no tensors, with what PyTorch gives. PyTorch 2.13; run in this folder's module."""
import io
import pathlib
import zipfile
from typing import Dict, List, Optional, Tuple

import numpy as np
import torch
from torch import nn

OUT = pathlib.Path("src/test/resources/calls")


class Methods(nn.Module):
    """Each method has layers of its own, and one that both use."""

    def __init__(self):
        super().__init__()
        self.shared = nn.Linear(8, 16)
        self.decoder = nn.Linear(16, 4)
        self.projection = nn.Linear(16, 6)

    def forward(self, x):
        return self.decoder(torch.relu(self.shared(x)))

    @torch.jit.export
    def embed(self, x: torch.Tensor, scale: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        hidden = torch.tanh(self.shared(x)) * scale
        return self.projection(hidden), hidden

    @torch.jit.export
    def resample(self, x: torch.Tensor, rate: int) -> torch.Tensor:
        return self.projection(torch.relu(self.shared(x * (rate / 16000))))


class Scalars(nn.Module):
    """Every kind of argument that a person can write down."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(8, 16)
        self.b = nn.Linear(16, 16)
        self.c = nn.Linear(16, 5)

    def forward(
        self,
        x: torch.Tensor,
        rate: int,
        gain: float,
        mode: str,
        other: torch.Tensor,
        flip: bool = False,
        limit: Optional[int] = None,
        sizes: Optional[List[int]] = None,
        pair: Tuple[float, int] = (1.0, 1),
        mask: Optional[torch.Tensor] = None,
    ):
        x = self.a(x * (rate / 16000) + other)
        if mode == "wide, or so":
            x = self.b(torch.relu(x)) * gain
        if flip:
            x = x.flip(1)
        if limit is not None:
            x = x[:, : limit * 2].repeat(1, 16 // (limit * 2))
        if sizes is not None:
            for size in sizes:
                x = x * size
        if mask is not None:
            x = x * mask
        return self.c(torch.relu(x)) * pair[0] + pair[1]


class Options(nn.Module):
    """Numbers by name and by number."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(8, 16)
        self.b = nn.Linear(16, 5)

    def forward(self, x: torch.Tensor, rates: Dict[str, int], gains: Dict[int, float]):
        x = torch.relu(self.a(x * (rates["slow, or so"] / rates["fast"])))
        for key, gain in gains.items():
            x = x * gain + key
        return self.b(x)


def save(name, module, arrays):
    buffer = io.BytesIO()
    torch.jit.save(module, buffer)
    # Debug files hold paths of the machine.
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(OUT / f"{name}.pt", "w") as new:
        for entry in old.namelist():
            if not entry.endswith(".debug_pkl"):
                new.writestr(entry.replace("archive/", f"{name}/", 1), old.read(entry))
    np.savez(OUT / f"{name}.npz", **arrays)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(3)
    x, scale = torch.randn(4, 8), torch.rand(4, 1) + 0.5
    methods = torch.jit.script(Methods().eval())
    projected, hidden = methods.embed(x, scale)
    save(
        "methods",
        methods,
        {
            "x": x,
            "scale": scale,
            "forward": methods(x).detach(),
            "projected": projected.detach(),
            "hidden": hidden.detach(),
            "resampled": methods.resample(x, 8000).detach(),
        },
    )
    other = torch.randn(4, 8)
    scalars = torch.jit.script(Scalars().eval())
    save(
        "scalars",
        scalars,
        {
            "x": x,
            "other": other,
            "least": scalars(x, 16000, 1.0, "plain", other).detach(),
            "all": scalars(
                x, -8000, 0.25, "wide, or so", other, True, 4, [2, 3], (0.5, -2)
            ).detach(),
        },
    )
    options = torch.jit.script(Options().eval())
    result = options(x, {"fast": 2, "slow, or so": 3}, {-1: 0.5, 2: 1.5})
    save("options", options, {"x": x, "result": result.detach()})


if __name__ == "__main__":
    main()
