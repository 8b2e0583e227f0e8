"""Results, arguments and types of tensors."""
from typing import Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn

from .registry import SCRIPTED, fixture, rows


class Point(NamedTuple):
  value: Tensor
  index: Tensor


class Parts(nn.Module):
  def forward(self, x):
    return x + 1, [x * 2, x - 1], {"sum": x.sum(1, keepdim=True), "it's": -x}


class Pointed(nn.Module):
  def forward(self, x):
    value, index = torch.max(x, 1)
    return Point(value, index)


class Containers(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.parts, self.pointed = nn.Linear(4, 4), Parts(), Pointed()

  def forward(self, x):
    plus, double, named = self.parts(self.lin(x))
    point = self.pointed(double[0])
    value, index = self.pointed(double[1])
    return (plus, point.value), [value.relu()], {"index": index, "sum": named["sum"]}


@fixture("modules that return a tuple, list, dict and NamedTuple, nested; so does the model",
         **SCRIPTED)
def containers():
  return Containers(), rows()


class Pairs(nn.Module):
  def forward(self, x):
    return x * 2, (x - 1, x.relu())


class Tuples(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.pairs = nn.Linear(4, 4), Pairs()

  def forward(self, x):
    a, (b, c) = self.pairs(self.lin(x))
    d, e = self.pairs(a)
    return a + b + c, (d, e[0])


@fixture("modules that return nested tuples, called twice; so does the model")
def tuples():
  return Tuples(), rows()


class DictResult(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.tuples = nn.Linear(4, 4), Tuples()

  def forward(self, x):
    y = self.lin(x)
    return {"out": self.tuples(y)[0], "aux": y}


@fixture("a dict as the model's result")
def dict_result():
  return DictResult(), rows()


class Detections(nn.Module):
  def forward(self, x):
    result: List[Dict[str, Tensor]] = []
    for row in x.unbind(0):
      result.append({"boxes": row * 10, "labels": row.argsort()})
    return result


class Detector(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.detections = nn.Linear(4, 4), Detections()

  def forward(self, x):
    found = self.detections(self.lin(x))
    losses: Dict[str, Tensor] = {}
    return losses, found


@fixture("a list of dicts whose length depends on the data, as detection models return",
         **SCRIPTED)
def detections():
  return Detector(), rows(3, 2, 1)


class NamedResult(nn.Module):
  def __init__(self):
    super().__init__()
    self.pointed = Pointed()

  def forward(self, x):
    return self.pointed(x * 2)


@fixture("a NamedTuple as the model's result", **SCRIPTED)
def named_tuple():
  return NamedResult(), rows()


class Attends(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 4)

  def forward(self, x, mask: Optional[Tensor] = None, scale: float = 0.5, times: int = 2,
              causal: bool = False, name: str = "it"):
    y = self.lin(x) * scale * times
    if mask is not None:
      y = y.masked_fill(mask, -10.0)
    if causal:
      y = y.tril()
    return y * len(name)


class Defaults(nn.Module):
  def __init__(self):
    super().__init__()
    self.attends, self.last = Attends(), nn.Linear(4, 2)

  def forward(self, x, mask: Optional[Tensor] = None, scale: float = 2.0, heads: int = 3):
    y = self.attends(x, mask=mask, times=heads) + self.attends(x, None, scale, causal=True)
    return self.last(self.attends(y))


@fixture("default arguments: None, float, int, bool, str; keyword arguments", **SCRIPTED)
def defaults():
  batches = rows()
  batches[1]["mask"] = torch.tensor([[True, False, False, True]])
  return Defaults(), batches


class ListInput(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin = nn.Linear(4, 4)

  def forward(self, xs: List[Tensor]):
    return [self.lin(torch.cat(xs)), torch.stack([x.sum() for x in xs])]


@fixture("a list of tensors as input and as result; its length varies", **SCRIPTED)
def list_input():
  sizes = (2, 1), (1,), (3, 2, 1)
  return ListInput(), [{"xs": [torch.randn(n, 4) for n in batch]} for batch in sizes]


class DictInput(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b = nn.Linear(4, 4), nn.Linear(2, 4)

  def forward(self, batch: Dict[str, Tensor]):
    return {"sum": self.a(batch["image"]) + self.b(batch["text"]), "text": batch["text"] * 2}


@fixture("a dict of tensors as input and as result")
def dict_input():
  return DictInput(), [{"batch": {"image": torch.randn(n, 4), "text": torch.randn(n, 2)}}
                       for n in (2, 1, 3)]


class TupleInput(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)

  def forward(self, pair: Tuple[Tensor, Tensor], z):
    x, y = pair
    return self.a(x) * self.b(y) + z


@fixture("a tuple as input beside a tensor")
def tuple_input():
  return TupleInput(), [{"pair": (torch.randn(n, 4), torch.randn(n, 4)), "z": torch.randn(4)}
                        for n in (2, 1, 3)]


class Masked(nn.Module):
  def __init__(self):
    super().__init__()
    self.embed, self.lin = nn.Embedding(10, 4), nn.Linear(4, 4)

  def forward(self, ids, weights, mask):
    y = self.lin(self.embed(ids)) * weights.unsqueeze(-1)
    y = y.masked_fill(mask.unsqueeze(-1), 0.0)
    kept = (~mask).sum(1, keepdim=True)
    return y.sum(1) / kept, kept, y > 0


@fixture("int64 and bool inputs, an embedding, a mask; integer and bool results")
def embedding_and_mask():
  return Masked(), [{"ids": torch.randint(10, (n, 5)), "weights": torch.rand(n, 5),
                     "mask": torch.arange(5).repeat(n, 1) > 2} for n in (2, 1, 3)]


class Counts(nn.Module):
  def forward(self, x):
    mask = (x > 0) & ~(x > 1.5)
    return mask.sum(1, keepdim=True) + torch.arange(x.size(0)).unsqueeze(1), mask


class Integers(nn.Module):
  def __init__(self):
    super().__init__()
    self.counts, self.lin = Counts(), nn.Linear(4, 4)

  def forward(self, x):
    n, mask = self.counts(x)
    y = torch.where(mask, self.lin(x), torch.zeros_like(x))
    return y * n, n // 2, mask.any(1), (n % 3).to(torch.int32), n.to(torch.uint8)


@fixture("integer and bool tensors between modules and as results")
def integers():
  return Integers(), rows()


class Cast(nn.Module):
  def __init__(self, dtype):
    super().__init__()
    self.dtype = dtype
    self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.LayerNorm(4)).to(dtype)

  def forward(self, x):
    return self.body(x.to(self.dtype))


class Widths(nn.Module):
  def __init__(self):
    super().__init__()
    self.narrow, self.brain = Cast(torch.float16), Cast(torch.bfloat16)
    self.wide = Cast(torch.float64)

  def forward(self, x):
    return self.narrow(x).float() + self.brain(x).float() + self.wide(x)


@fixture("float16, bfloat16 and float64 modules in a float32 model")
def widths():
  return Widths(), rows()


def perceptron():
  return nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 2))


@fixture("a float16 model: input, weights, result")
def half():
  return perceptron().half(), [{"input": torch.randn(n, 4).half()} for n in (3, 1, 5)]


@fixture("a float64 model")
def double():
  return perceptron().double(), [{"input": torch.randn(n, 4).double()} for n in (3, 1, 5)]


class Spectrum(nn.Module):
  def forward(self, x):
    return torch.fft.rfft(x, dim=-1)


class Complex(nn.Module):
  def __init__(self):
    super().__init__()
    self.spectrum, self.lin = Spectrum(), nn.Linear(4, 4)

  def forward(self, x):
    s = self.spectrum(self.lin(x))
    filtered = s * torch.tensor([1.0, 0.5, 0.25]) * 1j
    return torch.fft.irfft(filtered, n=4, dim=-1), torch.view_as_real(s), s.abs()


@fixture("complex tensors and numbers between modules")
def complex_numbers():
  return Complex(), rows()


class Nothing(nn.Module):
  def forward(self, x):
    return x[:0]


class Scalar(nn.Module):
  def forward(self, x):
    return x.sum() * 2


class Sizes(nn.Module):
  def __init__(self):
    super().__init__()
    self.lin, self.nothing, self.scalar = nn.Linear(4, 4), Nothing(), Scalar()
    self.late = nn.ReLU()

  def forward(self, x):
    y = self.lin(x)
    none = self.nothing(y)
    late = self.late(y[2:])
    return torch.cat([y, none, late]), self.scalar(y), none


@fixture("empty tensors, always or in some batches (a batch of 0 rows too), and 0-dim tensors")
def empty_and_scalar():
  return Sizes(), rows(3, 1, 0, 4)


class Logarithm(nn.Module):
  def forward(self, x):
    return torch.log(x)


class Quotient(nn.Module):
  def forward(self, x, y):
    return x / y


class NotFinite(nn.Module):
  def __init__(self):
    super().__init__()
    self.logarithm, self.quotient, self.relu = Logarithm(), Quotient(), nn.ReLU()
    self.never, self.zeros = Logarithm(), nn.ReLU()

  def forward(self, x):
    y = self.relu(x)
    a = self.logarithm(y)  # -inf where y is 0
    b = self.quotient(y, y)  # NaN there
    c = self.quotient(x, y * 0)  # only +inf and -inf
    d = self.never(-1 - y)  # only NaN
    e = self.zeros(-y)
    return torch.nan_to_num(a) + torch.nan_to_num(b) + e, c, d


@fixture("NaN, +inf and -inf inside the model, tensors with nothing else, tensors of zeros")
def not_finite():
  return NotFinite(), rows(3, 1, 5)


class Large(nn.Module):
  def __init__(self):
    super().__init__()
    self.up, self.down = nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False)
    nn.init.normal_(self.up.weight, std=1e37)
    nn.init.normal_(self.down.weight, std=1e-39)

  def forward(self, x):
    return self.up(x), self.down(x)


@fixture("values near the ends of float32, subnormal ones too")
def extremes():
  return Large(), rows()
