"""What PyTorch's own forward hooks see, and archives to compare with.

`export` writes, for one module and a few batches of inputs,

* NAME_traced.pt and NAME_scripted.pt, the TorchScript archives;
* NAME.npz, inputs and expected outputs: `0.input.x`, `0.input.x[1]` and `0.input.x[key]` for an
  argument of batch 0 that is a tensor, a list and a dict, `0.output`, `0.output[0]` and so on for
  the result. Types that NumPy lacks are widened (bfloat16 to float32);
* NAME.hook-ranges.json:
  - ranges: hook point to [min, max] over the finite values of all batches, null if there are none;
  - counts: hook point to the number of elements seen, finite or not;
  - nan, +inf, -inf: how many of those, where there are any;
  - dtypes: hook points that are not float32; complex ones have no range;
  - calls: for modules that are not called exactly once a batch, the number of calls in each batch;
  - loops: modules that a loop in the source calls, whose calls share one entry ("loop": true);
  - arguments: of forward, in order; methods: the same for other exported methods;
  - without_fast_path: where hooks on the modules make attention layers take another way, what they
    see then; `ranges` is what happens without hooks, in an archive too;
  - frozen: an archive without modules: only <root> and <input:NAME> can be compared by name;
  - exact: whether an archive's outputs equal the eager module's bit for bit.

A hook point is a module's path, `path@n` for its n-th call (n > 0) within a batch, with `[0]`,
`[1][0]` or `[key]` behind it for the parts of a tuple, list or dict; `<root>` is the model's result
and `<input:NAME>` an argument. A module that has several paths goes by the first (see aliases).
"""
import contextlib
import copy
import io
import json
import math
import pathlib
import warnings
import zipfile

import numpy as np
import torch

warnings.filterwarnings("ignore")
torch.set_num_threads(1)


def tensors(value, name=""):
  """Yields (name, tensor) for each tensor in a nested value."""
  if isinstance(value, torch.Tensor):
    yield name, value
  elif isinstance(value, (tuple, list)):
    for i, part in enumerate(value):
      yield from tensors(part, f"{name}[{i}]")
  elif isinstance(value, dict):
    for key, part in value.items():
      yield from tensors(part, f"{name}[{key}]")


class Statistics:
  """Counts and extremes of the tensors seen under one name."""

  def __init__(self):
    self.count = self.nan = self.positive = self.negative = 0
    self.low, self.high, self.dtype = math.inf, -math.inf, None

  def add(self, tensor):
    self.dtype = str(tensor.dtype).removeprefix("torch.")
    self.count += tensor.numel()
    if tensor.is_complex():
      return
    self.nan += int(torch.isnan(tensor).sum())
    self.positive += int(torch.isposinf(tensor).sum())
    self.negative += int(torch.isneginf(tensor).sum())
    finite = tensor[torch.isfinite(tensor)]
    if finite.numel():
      self.low = min(self.low, finite.min().item())
      self.high = max(self.high, finite.max().item())

  def range(self):
    return [self.low + 0.0, self.high + 0.0] if self.low <= self.high else None


class Recorder:
  """Forward hooks on every module; `everywhere` uses PyTorch's global hook instead, which leaves
  the fast paths of attention layers on, as they are in an archive."""

  def __init__(self, module, loops=(), everywhere=False):
    self.module, self.loops = module, loops
    self.statistics, self.calls, self.history = {}, {}, []
    self.paths = {id(m): path or "<root>" for path, m in module.named_modules()}
    if everywhere:
      self.handles = [torch.nn.modules.module.register_module_forward_hook(self.hook)]
    else:
      self.handles = [m.register_forward_hook(self.hook) for m in module.modules()]

  def loop_of(self, path):
    return any(path == loop or path.startswith(loop + ".") for loop in self.loops)

  def hook(self, module, inputs, output):
    path = self.paths.get(id(module))
    if path is None:
      return
    n = self.calls.get(path, 0)
    self.calls[path] = n + 1
    self.record(path if n == 0 or self.loop_of(path) else f"{path}@{n}", output)

  def record(self, name, value):
    for part, tensor in tensors(value, name):
      self.statistics.setdefault(part, Statistics()).add(tensor.detach())

  def run(self, arguments, method="forward"):
    self.calls = {}
    for name, value in arguments.items():
      for part, tensor in tensors(value, name):
        self.record(f"<input:{part}>", tensor)
    target = self.module if method == "forward" else getattr(self.module, method)
    with torch.no_grad():
      result = target(**copy.deepcopy(arguments))
    self.history.append(self.calls)
    return result

  def remove(self):
    for handle in self.handles:
      handle.remove()

  def report(self):
    seen = self.statistics
    calls = {path: [batch.get(path, 0) for batch in self.history] for path in self.paths.values()}
    report = {
        "ranges": {name: s.range() for name, s in seen.items()},
        "counts": {name: s.count for name, s in seen.items()},
        "nan": {name: s.nan for name, s in seen.items() if s.nan},
        "+inf": {name: s.positive for name, s in seen.items() if s.positive},
        "-inf": {name: s.negative for name, s in seen.items() if s.negative},
        "dtypes": {name: s.dtype for name, s in seen.items() if s.dtype != "float32"},
        "calls": {path: n for path, n in calls.items() if any(k != 1 for k in n)}}
    return {key: value for key, value in report.items() if value or key in ("ranges", "counts")}


def record(module, batches, method="forward", **options):
  """Runs a copy of the module over the batches: its outputs and the recorder's report."""
  recorder = Recorder(copy.deepcopy(module), **options)
  outputs = [recorder.run(batch, method) for batch in batches]
  recorder.remove()
  return outputs, recorder.report()


def same(expected, actual):
  """True where two nested values hold the same bits, NaN equal to NaN."""
  pairs = list(zip(tensors(expected), tensors(actual), strict=True))
  return all(a.dtype == b.dtype and a.shape == b.shape
             and bool(((a == b) | ((a != a) & (b != b))).all()) for (_, a), (_, b) in pairs)


def difference(expected, actual):
  """The largest difference, relative to the largest value."""
  pairs = list(zip(tensors(expected), tensors(actual), strict=True))
  return max(((a.double() - b.double()).abs().max() / (a.double().abs().max() + 1e-30)).item()
             for (_, a), (_, b) in pairs if a.numel())


# An operator that F.interpolate names since PyTorch 2.13, in a branch that few models take, and one
# of the same signature and length that older versions know too.
NEW, OLD = b"torch._upsample_lanczos2d_aa(", b"torch._upsample_bicubic2d_aa("


def save(archive, path, extra, debug, older):
  """Saves, without the debug records, which hold the paths of source files, unless `debug`; `older`
  lets PyTorch 2.7 load it."""
  archive.save(str(path), _extra_files=extra)
  with zipfile.ZipFile(path) as source:
    records = [(info.filename, source.read(info)) for info in source.infolist()
               if debug or not info.filename.endswith(".debug_pkl")]
  with zipfile.ZipFile(path, "w") as target:
    for name, data in records:
      if older and name.endswith(".py"):
        data = data.replace(NEW, OLD)
      info = zipfile.ZipInfo(name)
      if name.endswith(".py"):
        info.compress_type = zipfile.ZIP_DEFLATED  # as PyTorch does
      padding = -(target.fp.tell() + 30 + len(name.encode()) + 4) % 64
      info.extra = b"FB" + padding.to_bytes(2, "little") + b"Z" * padding  # tensors start at 64n
      target.writestr(info, data)


def trace(module, batch, methods=()):
  arguments = {"forward": tuple(batch.values())}
  arguments |= {name: tuple(batches[0].values()) for name, batches in methods}
  with torch.no_grad():
    return torch.jit.trace_module(module, arguments, strict=False)


def script(module):
  with contextlib.redirect_stderr(io.StringIO()):
    return torch.jit.script(module)


def check(path, batches, outputs, methods=()):
  """Loads an archive again and compares it with the eager outputs, two rounds for the optimizer."""
  exact = True
  for _ in range(2):
    archive = torch.jit.load(str(path))
    runs = [(archive.forward, batches, outputs)]
    runs += [(getattr(archive, name), inputs, results) for name, inputs, results in methods]
    for method, inputs, results in runs:
      for batch, expected in zip(inputs, results):
        with torch.no_grad():
          actual = method(*copy.deepcopy(list(batch.values())))
        if not same(expected, actual):
          exact = False
          worst = difference(expected, actual)
          if not worst < 1e-3:
            raise AssertionError(f"{path.name}: outputs differ by {worst}")
  return exact


def describe(batches):
  """Name, kind and type of each argument, over all batches."""
  found = {}
  for batch in batches:
    for name, value in batch.items():
      kind = {dict: "Dict[str, Tensor]", list: "List[Tensor]", tuple: "Tuple"}.get(
          type(value), "Tensor")
      dtype = str(next(tensors(value))[1].dtype).removeprefix("torch.")
      found[name] = {"name": name, "kind": kind, "dtype": dtype}
      if any(name not in b for b in batches):
        found[name]["optional"] = True
  return list(found.values())


def arrays(prefix, batches, outputs):
  def numpy(tensor):
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).detach().numpy()
  for i, (batch, output) in enumerate(zip(batches, outputs)):
    for name, value in batch.items():
      for part, tensor in tensors(value, name):
        yield f"{i}.{prefix}input.{part}", numpy(tensor)
    for part, tensor in tensors(output, "output"):
      yield f"{i}.{prefix}{part}", numpy(tensor)


def write_json(path, report):
  """Two levels of lines: short to read and to compare."""
  def line(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
  with open(path, "w", encoding="utf-8", newline="\n") as file:
    entries = []
    for key, value in report.items():
      if isinstance(value, dict) and value:
        rows = ",\n".join(f"  {line(k)}: {line(v)}" for k, v in value.items())
        entries.append(f" {line(key)}: {{\n{rows}\n }}")
      else:
        entries.append(f" {line(key)}: {line(value)}")
    file.write("{\n" + ",\n".join(entries) + "\n}\n")


def export(folder, name, module, batches, about="", traced=True, scripted=True, loops=(),
           methods=(), everywhere=False, prepare=None, transform=None, extra=None, debug=False,
           older=False, **notes):
  """Writes all files of one fixture; `methods` holds (name, batches) of other exported methods,
  `prepare` changes the module before it is traced or scripted, `transform` the archive before it
  is saved."""
  folder = pathlib.Path(folder)
  outputs, report = record(module, batches, loops=loops, everywhere=everywhere)
  if everywhere:  # what hooks on the modules themselves see, which turn the fast paths off
    slow = record(module, batches, loops=loops)[1]
    report |= {"without_fast_path": slow} if slow["counts"] != report["counts"] else {}
  others = [(method, inputs, *record(module, inputs, method, loops=loops))
            for method, inputs in methods]
  archives, exact = [], {}
  for kind in [k for k, on in (("traced", traced), ("scripted", scripted)) if on]:
    original = prepare(copy.deepcopy(module)) if prepare else copy.deepcopy(module)
    state = copy.deepcopy(original.state_dict())
    archive = trace(original, copy.deepcopy(batches[0]), methods) if kind == "traced" else script(original)
    if kind == "traced":  # the trace itself may have changed state, such as a running mean
      archive.load_state_dict(state, strict=False)
    path = folder / f"{name}_{kind}.pt"
    save(transform(archive) if transform else archive, path, extra or {}, debug, older)
    exact[kind] = check(path, batches, outputs, [m[:3] for m in others])
    archives.append(path.name)
  held = dict(arrays("", batches, outputs))
  for method, inputs, results, _ in others:
    held |= dict(arrays(method + ".", inputs, results))
  np.savez_compressed(folder / f"{name}.npz", **held)
  first = {id(m): path for path, m in module.named_modules()}
  aliases = {path: first[id(m)] for path, m in module.named_modules(remove_duplicate=False)
             if path != first[id(m)]}
  head = {"model": name, "about": about, "torch": torch.__version__.split("+")[0],
          "archives": archives, "exact": exact, "batches": len(batches),
          "arguments": describe(batches)}
  if loops:
    head |= {"loop": True, "loops": list(loops)}
  if aliases:
    head["aliases"] = aliases
  if others:
    report["methods"] = {method: {"arguments": describe(inputs)} | found
                         for method, inputs, _, found in others}
  write_json(folder / f"{name}.hook-ranges.json", head | notes | report)
  return exact
