"""A traced ResNet-50 without its weights: 100 MB of storages less, for the benchmark to fill in.

Usage: python resnet50_template.py OUTPUT.zip
Needs torch and torchvision. The zip holds the archive's entries except data/*, and storages.tsv: a
line for each storage that is missing, with its key (entry data/KEY), parameter, dtype, number of
elements, fan-in, and what to fill it with (`normal STD` or `constant VALUE`) so that activations
stay finite: He's normal distribution for convolutions, batch norms that pass everything through,
and a small last weight in each residual branch.
"""
import io
import sys
import zipfile

import torch
import torchvision

ROOT = "resnet50_traced"


def fill(name, tensor):
  if tensor.dim() > 1:
    gain = 2 if tensor.dim() == 4 else 1
    return f"normal {(gain / tensor[0].numel()) ** 0.5:.6g}"
  if name.endswith("bn3.weight"):
    return "constant 0.25"
  norm = "bn" in name or "downsample.1" in name
  return f"constant {1 if norm and name.endswith(('.weight', '_var')) else 0}"


model = torchvision.models.resnet50(weights=None).eval()
state = dict(model.state_dict())
with torch.no_grad():
  for i, tensor in enumerate(state.values()):
    tensor.fill_(i)  # by which its storage is known again
  archive = torch.jit.trace(model, torch.zeros(1, 3, 224, 224), check_trace=False)
buffer = io.BytesIO()
torch.jit.save(archive, buffer)

names = list(state)
lines = ["# key\tparameter\tdtype\telements\tfan-in\tfill"]
with zipfile.ZipFile(buffer) as source, \
     zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
  for info in source.infolist():
    path = info.filename.split("/", 1)[1]
    data = source.read(info)
    if path.startswith("data/"):
      dtype = torch.float32 if len(data) > 8 else torch.int64
      name = names[int(torch.frombuffer(bytearray(data), dtype=dtype)[0])]
      tensor = state[name]
      assert tensor.dtype == dtype and tensor.nbytes == len(data), name
      fan_in = tensor[0].numel() if tensor.dim() > 1 else 0
      lines.append(f"{path[5:]}\t{name}\t{str(dtype)[6:]}\t{tensor.numel()}\t{fan_in}\t"
                   + fill(name, tensor))
    elif not path.endswith(".debug_pkl"):
      target.writestr(zipfile.ZipInfo(f"{ROOT}/{path}"), data, zipfile.ZIP_DEFLATED, 9)
  lines[1:] = sorted(lines[1:], key=lambda line: int(line.split("\t")[0]))
  target.writestr(zipfile.ZipInfo("storages.tsv"), "\n".join(lines) + "\n", zipfile.ZIP_DEFLATED, 9)
