"""Small TorchScript archives, each with what PyTorch's own hooks record; oracle.py has the format.

Usage: python fixtures.py ../resources/torchscript [NAME...]
Needs torch and numpy. Seeds are fixed: the files are the same each time with the same versions.
"""
import sys
import zlib

import torch

import oracle
from models import FIXTURES


def write(folder, name):
  build, options = FIXTURES[name]
  options = dict(options)
  torch.manual_seed(zlib.crc32(name.encode()))
  module, batches = build()
  module.train(options.pop("train", False))
  return oracle.export(folder, name, module, batches, **options)


failed = []
for name in sys.argv[2:] or FIXTURES:
  try:
    print(name, write(sys.argv[1], name), flush=True)
  except Exception as e:  # the others can still be written
    failed.append(name)
    print(name, "FAILED:", type(e).__name__, str(e)[:800], flush=True)
sys.exit(f"failed: {failed}" if failed else 0)
