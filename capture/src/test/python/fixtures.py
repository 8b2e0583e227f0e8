"""Small TorchScript archives, each with what PyTorch's own hooks record; oracle.py has the format.

Usage: PYTHONHASHSEED=0 python fixtures.py ../resources/torchscript [NAME...]
Needs torch and numpy. Weights and inputs are the same each time (seeds are fixed), and with the
same versions so is the rest, up to an archive's serialization id.
"""
import multiprocessing
import sys
import zlib

import torch

import oracle
from models import FIXTURES


def write(name):
  """One fixture; in a process of its own, since the names of classes depend on earlier ones."""
  build, options = FIXTURES[name]
  options = dict(options)
  torch.manual_seed(zlib.crc32(name.encode()))
  try:
    module, batches = build()
    module.train(options.pop("train", False))
    return str(oracle.export(sys.argv[1], name, module, batches, **options))
  except Exception as e:  # the others can still be written
    return f"FAILED: {type(e).__name__} {e}"


if __name__ == "__main__":
  names = sys.argv[2:] or list(FIXTURES)
  with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
    results = []
    for name, result in zip(names, pool.imap(write, names, chunksize=1)):
      print(name, result[:800], flush=True)
      results.append(result)
  sys.exit(any(result.startswith("FAILED") for result in results))
