"""Arithmetic by element, comparisons, types."""
import torch
import torch.nn.functional as F
from torch import nn

from .registry import SCRIPTED, bools, family, floats, halves, ints, positive, uniform


@family("arithmetic", x=floats(3, 4), y=floats(3, 4), row=floats(1, 4), p=positive(3, 4))
class Arithmetic(nn.Module):
  def __init__(self):
    super().__init__()
    self.w, self.scalar = nn.Parameter(torch.randn(4)), nn.Parameter(torch.tensor(1.7))

  def forward(self, x, y, row, p):
    return (x + y, x + row, x + self.w, x + 1, 1.5 + x, torch.add(x, y, alpha=2),
            torch.add(x, 3, alpha=0.5),
            x - y, x - 1, 1 - x, torch.sub(x, y, alpha=0.5), torch.rsub(x, y),
            torch.rsub(x, 2, alpha=3),
            x * y, 2 * x, x * self.scalar, x / p, x / 2, 2 / p,
            torch.div(x, p, rounding_mode="floor"),
            torch.div(x, p, rounding_mode="trunc"), torch.div(x, 0.5, rounding_mode="floor"),
            torch.true_divide(x, p),
            -x, torch.neg(x), torch.reciprocal(p), x ** 2, x ** 3, p ** 0.5, p ** -0.5, p ** -1,
            p ** y, 2 ** x, p.pow(1.3), torch.pow(p, x), torch.pow(2.5, x),
            torch.addcmul(x, y, p, value=0.5), torch.addcmul(x, y, row),
            torch.addcdiv(x, y, p, value=2), torch.addcdiv(x, row, p),
            torch.lerp(x, y, 0.3), torch.lerp(x, y, p), torch.maximum(x, y), torch.minimum(x, row),
            torch.max(x, y), torch.min(x, y),
            torch.fmax(x, y), torch.fmin(x, y), torch.mul(x, 0.25), torch.multiply(x, y),
            torch.subtract(x, y), torch.divide(x, p))


@family("arithmetic_in_place", x=floats(3, 4), y=floats(3, 4), p=positive(3, 4))
class ArithmeticInPlace(nn.Module):
  def forward(self, x, y, p):
    a = x.clone()
    a += y
    a -= 1
    a *= p
    a /= 2
    b = a.clone()
    b.add_(y, alpha=2).sub_(x).mul_(0.5).div_(p)
    c = x + 1
    d = c
    c += 1
    return (a, b, c, d, x.clone().neg_(), x.clone().exp_(), p.clone().sqrt_(), p.clone().rsqrt_(),
            p.clone().log_(), x.clone().pow_(2),
            x.clone().abs_(), x.clone().floor_(), x.clone().round_(),
            x.clone().addcmul_(y, p, value=2), x.clone().addcdiv_(y, p), x.clone().lerp_(y, 0.2),
            p.clone().reciprocal_(), p.clone().pow_(-0.5), x.clone().sin_(), x.clone().square_(),
            x.clone().masked_fill_(y > 0, 3.0), x.clone().fill_(2),
            x.clone().zero_(), x.clone().copy_(y), x.clone().copy_(y[:, :1]),
            torch.zeros_like(x).copy_(p).sub_(y))


@family("elementwise", x=floats(3, 4), p=positive(3, 4), u=uniform(-0.95, 0.95, 3, 4),
        h=halves(3, 4))
class Elementwise(nn.Module):
  def forward(self, x, p, u, h):
    return (torch.sqrt(p), torch.rsqrt(p), torch.square(x), torch.exp(x), torch.expm1(x * 0.01),
            torch.expm1(x), torch.log(p), torch.log1p(p),
            torch.log1p(u * 0.01), torch.log2(p), torch.log10(p), torch.sin(x), torch.cos(x),
            torch.tan(u), torch.asin(u), torch.acos(u), torch.atan(x),
            torch.sinh(x), torch.cosh(x), torch.tanh(x), torch.asinh(x), torch.acosh(p + 1),
            torch.atanh(u), torch.abs(x), torch.sign(h), torch.floor(h),
            torch.ceil(h), torch.round(h), torch.trunc(h), torch.frac(x), torch.erf(x),
            torch.sigmoid(x), torch.logit(p / 4), x.abs().sqrt(), x.exp().log(),
            torch.sgn(x), torch.exp2(x), torch.erfc(x), h.round(), torch.round(h * 3.3))


@family("elementwise_rare", x=floats(3, 4), y=floats(3, 4), p=positive(3, 4),
        u=uniform(-0.95, 0.95, 3, 4))
class ElementwiseRare(nn.Module):
  def forward(self, x, y, p, u):
    return (torch.atan2(x, y), torch.atan2(y, p), torch.hypot(x, y), torch.logaddexp(x, y),
            torch.xlogy(x, p), torch.round(x, decimals=1), torch.deg2rad(x * 90),
            torch.rad2deg(x), torch.sinc(x), torch.copysign(p, x), torch.erfinv(u),
            torch.nan_to_num(x / (x * 0), 1.0, 2.0, -3.0),
            torch.heaviside(x, y), torch.special.expit(x),
            torch.clamp(torch.log(x), min=-1.0).nan_to_num(0.5), torch.logaddexp2(x, y))


@family("remainders", x=floats(3, 4), p=positive(3, 4), y=floats(3, 4), i=ints(-9, 10, 3, 4),
        j=ints(1, 5, 3, 4), m=ints(-5, 0, 3, 4))
class Remainders(nn.Module):
  def forward(self, x, p, y, i, j, m):
    return (x % p, x % 0.7, torch.remainder(x, y), torch.fmod(x, y), torch.fmod(x, 0.6),
            torch.floor_divide(x, p), x // 0.4, i % j, i % 3, torch.remainder(i, m),
            torch.fmod(i, m), torch.fmod(i, 4), i // j, i // m, i // 2, torch.floor_divide(i, 3),
            torch.div(i, j, rounding_mode="trunc"),
            torch.div(i, m, rounding_mode="floor"), torch.div(i, 2, rounding_mode="trunc"),
            torch.remainder(x, -0.7), x.remainder(2), i % -4)


@family("integers", i=ints(-9, 10, 3, 4), j=ints(1, 5, 3, 4), k=ints(0, 9, 3, 4, dtype=torch.int32),
        x=floats(3, 4), b=bools(3, 4))
class Integers(nn.Module):
  """Arithmetic of integers and booleans, and what types make together."""

  def __init__(self):
    super().__init__()
    self.register_buffer("wide", torch.tensor(2.5, dtype=torch.float64))
    self.register_buffer("narrow", torch.tensor(1.5))
    self.register_buffer("wides", torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64))

  def forward(self, i, j, k, x, b):
    return (i + j, i - 3, i * j, i / j, i + x, i * 2.5, i / 2, 1 / j, i + k, k + 1, k * 0.5,
            k / k.clamp(min=1), b + i, b * x, x * b, b + b, b * 3,
            b & (x > 0), -i, i.abs(), i ** 2, j ** j, 2 ** j, i.sign(), i.clamp(-3, 3), i.relu(),
            torch.maximum(i, j), torch.maximum(i, k), i * x,
            x * self.wide, i * self.wide, i * self.narrow, x * self.wides, x.double() * 2,
            x + x.double(), i.float() / 3, x.half().float(), x.sum() + i.sum(),
            torch.where(b, i, j), torch.where(b, i, x), i.sum(), b.sum(), b.sum(1), k.sum(),
            k.cumsum(1), i.sqrt().nan_to_num(0.0), j.exp(), torch.true_divide(i, j),
            i.max(), i.float().mean(1), torch.add(i, j, alpha=2), torch.rsub(i, 5),
            b.float().mean(1), i.square(), j.log(), 1.0 - b.float(), ~b, (~b).long(), i << 1, j >> 1)


@family("comparisons", x=floats(3, 4), y=floats(3, 4), i=ints(-2, 3, 3, 4), j=ints(-2, 3, 3, 4),
        b=bools(3, 4), c=bools(3, 4))
class Comparisons(nn.Module):
  def forward(self, x, y, i, j, b, c):
    odd = x / (i * (i > 0))  # some infinities
    wrong = odd * 0
    return (x > y, x < y, x >= 0, x <= 0.3, i == j, i != j, i == 0, i != 1, i > x, torch.eq(i, j),
            torch.ne(i, 2), torch.gt(x, 0.1), x.lt(y), torch.logical_and(b, c),
            torch.logical_or(b, i), torch.logical_not(x > 0), torch.logical_not(i),
            torch.logical_xor(b, c), b & c, b | c, b ^ c, ~b, b == c, b != c,
            torch.isnan(wrong), torch.isinf(odd), torch.isfinite(odd), torch.bitwise_and(b, c),
            torch.bitwise_not(b), (x > 0) & (y > 0), (x > 0) | b, b.logical_not(),
            torch.isclose(x, x + 1e-9), (i == j).all(), (x > 5).any(), b.all(1),
            c.any(dim=1, keepdim=True), 0 < x, x.eq(0), b.eq(0), i.ge(1).int())


@family("where", x=floats(3, 4), y=floats(3, 4), i=ints(-2, 3, 3, 4), b=bools(3, 4),
        row=bools(1, 4))
class Where(nn.Module):
  def __init__(self):
    super().__init__()
    self.register_buffer("mask", torch.rand(3, 4) > 0.5)
    self.register_buffer("low", torch.tensor(-1e4))

  def forward(self, x, y, i, b, row):
    return (torch.where(b, x, y), torch.where(b, x, 0.0), torch.where(b, 1.5, x),
            torch.where(row, x, y), torch.where(b, x, self.low), torch.where(x > 0, x, x * 0.1),
            torch.where(b, i, 0), x.masked_fill(b, 2.0), x.masked_fill(row, float("-inf")),
            x.masked_fill(~b, -1e9), x.masked_fill(self.mask, 0), x.masked_fill(i == 0, self.low),
            i.masked_fill(i < 0, 7), x.where(b, y), torch.where(self.mask, x, y), x * b + y * ~b,
            torch.where(b, 1, 0), torch.where(b, 1.0, -1.0),
            x.masked_fill(x.abs() < 0.5, 0.0))


@family("conversions", x=floats(3, 4), i=ints(-9, 10, 3, 4), k=ints(0, 9, 3, 4, dtype=torch.int32),
        b=bools(3, 4), d=lambda n: torch.randn(n, 3, 4).double())
class Conversions(nn.Module):
  def __init__(self):
    super().__init__()
    self.weight = nn.Parameter(torch.randn(4))

  def forward(self, x, i, k, b, d):
    t = x * 3
    return (i.float(), t.long(), t.int(), t.double(), t.to(torch.bool), b.float(), b.long(),
            b.int(), k.long(), i.int(), d.float(), t.to(torch.int64), i.to(torch.float32),
            i.to(dtype=torch.float64), i.type_as(x), i.to(x), x.to(x.dtype), i.to(x.dtype),
            x.half().float(), i.to(x.device), b.to(i),
            k.byte(), i.to(torch.int8), d.to(self.weight.dtype), t.half() * 2, x.cpu(),
            x.contiguous(), x.detach(),
            x.clone(), x.to(torch.float32, copy=True), i.type(torch.float32), x.type(torch.int64),
            i.to(torch.bool), x.detach().clone().contiguous(), d.half())


@family("python_scalars", SCRIPTED, x=floats(3, 4))
class PythonScalars(nn.Module):
  def __init__(self):
    super().__init__()
    self.scale, self.count, self.names = 0.5, 3, ["a", "b"]

  def forward(self, x):
    half = self.scale ** 2 * (self.count // 2) + self.count % 2
    root = float(x.size(2)) ** 0.5
    index = int(self.scale * 5) - 1
    big = max(x.size(1), self.count) + min(1, 2) - abs(-1)
    name = self.names[0] + "c"
    factor = 2.0 if name == "ac" else 3.0
    return (x * half, x / root, x[:, index], x * big, x * factor,
            x + len(self.names) * (not self.training),
            x * (1 if self.count > 2 and index < 2 else 0), -x * (self.count << 1))
