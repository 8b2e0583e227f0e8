"""Small TorchScript archives for each family of operators, with what PyTorch computes.

Usage: PYTHONHASHSEED=0 python operators.py ../resources/operators [NAME...]
       python operators.py --list [NAME...]   what each output is
Needs torch, numpy and torchvision. A family is a module that applies many variants of some
operators and returns the results as a tuple or list. For each NAME there are

* NAME_traced.pt and NAME_scripted.pt, or one of them, which PyTorch 2.7 can load;
* NAME.npz: `0.input.x` and so on, each argument of batch 0, and `0.output[2]` the third result, or
  `0.output` where there is one. Batch 0 was traced; the first axis of every argument is that of
  the batch. Of families named refused_* there are inputs only, since their models have no ONNX.
"""
import ast
import inspect
import multiprocessing
import pathlib
import sys
import textwrap
import zlib

import numpy as np
import torch

sys.path.append(str(pathlib.Path(__file__).resolve().parents[4] / "capture/src/test/python"))
import oracle  # noqa: E402
from families import FAMILIES  # noqa: E402
from families.registry import Each, trained  # noqa: E402


def make(name):
  """The module and its batches."""
  family = FAMILIES[name]
  torch.manual_seed(zlib.crc32(name.encode()))
  module = trained(family.build()).eval()
  return module, [{key: draw(n) for key, draw in family.inputs.items()} for n in family.sizes]


def write(name):
  """One family; in a process of its own, since the names of classes depend on earlier ones."""
  folder, family = pathlib.Path(sys.argv[1]), FAMILIES[name]
  try:
    refused = name.startswith("refused_")
    torch.backends.mha.set_fastpath_enabled(family.fast_path)
    module, batches = make(name)
    with torch.no_grad():
      outputs = [module(**{k: v.clone() for k, v in batch.items()}) for batch in batches]
    for kind in family.kinds:
      archive = oracle.trace(module, batches[0]) if kind == "traced" else oracle.script(module)
      path = folder / f"{name}_{kind}.pt"
      oracle.save(family.transform(archive), path, {}, debug=False, older=True)
      if not refused:
        oracle.check(path, batches, outputs)
    held = oracle.arrays("", batches, [[] if refused else o for o in outputs])
    np.savez_compressed(folder / f"{name}.npz", **{key: a.copy("C") for key, a in held})
    return sum(file.stat().st_size for file in files(folder, name))
  except Exception as e:  # the others can still be written
    return f"FAILED: {type(e).__name__} {e}"


def files(folder, name):
  found = [folder / (name + end) for end in ("_traced.pt", "_scripted.pt", ".npz")]
  return [file for file in found if file.exists()]


def variants(name):
  """The source of each output."""
  module = make(name)[0]
  if isinstance(module, Each):
    return [str(layer).replace("\n", "") for layer in module.layers]
  source = ast.parse(textwrap.dedent(inspect.getsource(type(module).forward)))
  result = [node for node in ast.walk(source) if isinstance(node, ast.Return)][-1].value
  parts = result.elts if isinstance(result, (ast.Tuple, ast.List)) else [result]
  return [ast.unparse(part) for part in parts]


if __name__ == "__main__":
  names = sys.argv[2:] or list(FAMILIES)
  if sys.argv[1] == "--list":
    for name in names:
      print(name, *(f"  [{i}] {text}" for i, text in enumerate(variants(name))), sep="\n")
    sys.exit()
  pathlib.Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
  with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
    results = []
    for name, result in zip(names, pool.imap(write, names, chunksize=1)):
      print(f"{name} {result}"[:1500], flush=True)
      results.append(result)
  print("total", sum(result for result in results if isinstance(result, int)))
  sys.exit(any(isinstance(result, str) for result in results))
