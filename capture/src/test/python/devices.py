"""Makes the archives of src/test/resources/refused that no machine at hand can save: of another
device, of a newer PyTorch, of an extension. Each is a small model with a few bytes changed.
PyTorch 2.13; run in this folder's module."""
import pathlib
import zipfile
from typing import Dict, List, NamedTuple, Optional, Tuple

import numpy as np
import torch
from torch import nn

OUT = pathlib.Path("src/test/resources/refused")


class Shifted(nn.Module):
    """Traced, it makes a tensor on the device that it was traced on."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        return torch.relu(self.linear(x)) + torch.ones(4, device=x.device)


class Features(NamedTuple):
    logits: torch.Tensor
    features: Optional[torch.Tensor]


class MaybeNone(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        return Features(self.linear(x), None)


class Moved(nn.Module):
    """Scripted, it moves what it is given to another device."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        y = torch.relu(self.linear(x.cuda())) + torch.ones(4, device="cuda").to("cuda:0")
        return y.cpu()


class Keyed(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x) -> Dict[int, torch.Tensor]:
        return {3: self.linear(x)}


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x) -> Tuple[torch.Tensor, Dict[str, List[torch.Tensor]]]:
        y = self.linear(x)
        return y, {"all": [y]}


def changed(source, name, change):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(OUT / name, "w") as new:
        for entry in old.namelist():
            if not entry.endswith(".debug_pkl"):
                new.writestr(entry, change(entry, old.read(entry)))


def on(device):
    quoted = b"X" + len(device).to_bytes(4, "little") + device.encode()

    def change(entry, content):
        if entry.endswith(".pkl"):
            return content.replace(b"X\x03\x00\x00\x00cpu", quoted)
        return content.replace(b'torch.device("cpu")', b'torch.device("%s")' % device.encode())

    return change


def replaced(end, old, new):
    return lambda entry, content: content.replace(old, new) if entry.endswith(end) else content


def main():
    torch.manual_seed(5)
    x = torch.randn(3, 4)
    model = Shifted().eval()
    np.savez(OUT / "device.npz", x=x.numpy(), y=model(x).detach().numpy())
    source = "/tmp/device.pt"
    torch.jit.trace(model, x).save(source)
    changed(source, "cuda.pt", on("cuda:0"))
    changed(source, "mps.pt", on("mps:0"))
    changed(source, "version.pt", lambda n, c: b"99\n" if n.endswith("/version") else c)
    changed(source, "keyword.pt", replaced(".py", b"torch.ones([4]", b"torch.ones([4], later=1"))
    extension = b"x: __torch__.torch.classes.tensorrt.Engine"
    changed(source, "extension.pt", replaced(".py", b"x: Tensor", extension))
    torch.jit.script(MaybeNone().eval()).save(source)
    changed(source, "none.pt", lambda entry, content: content)
    for name, other in (("keyed.pt", Keyed()), ("listed.pt", Listed()), ("moved.pt", Moved())):
        if name == "moved.pt":
            other.load_state_dict(model.state_dict())
        torch.jit.script(other.eval()).save(source)
        changed(source, name, lambda entry, content: content)


if __name__ == "__main__":
    main()
