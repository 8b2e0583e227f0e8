"""Complex tensors, and networks that compute with them."""
from typing import List

import torch
import torch.nn.functional as F
from torch import nn

from .registry import family, floats


def rotations(length, width):
  """As Llama has them."""
  frequencies = 1.0 / (10000.0 ** (torch.arange(0, width, 2).float() / width))
  angles = torch.outer(torch.arange(length).float(), frequencies)
  return torch.polar(torch.ones_like(angles), angles)


@family("complex_parts", x=floats(4, 3, 2), y=floats(4, 3), z=floats(4, 1))
class Parts(nn.Module):
  def forward(self, x, y, z):
    c = torch.view_as_complex(x)
    d = torch.complex(y, z.expand(-1, -1, 3))
    p = torch.polar(y.abs(), z.expand(-1, -1, 3))
    return (c.real, c.imag, torch.real(d), torch.imag(p), c.abs(), torch.abs(d), c.angle(),
            p.angle(), torch.view_as_real(c), torch.view_as_real(p),
            torch.view_as_real(c.conj().resolve_conj()), torch.view_as_real(torch.conj(d).resolve_conj()),
            torch.view_as_real(d.conj_physical()), torch.view_as_real(torch.resolve_neg(c)),
            y.conj(), torch.real(y), y.angle(), torch.tensor([d.is_complex(), y.is_complex()]),
            torch.view_as_real(c.sgn()), torch.view_as_real(torch.complex(y, z.expand(-1, -1, 3))),
            c.abs().square(), torch.view_as_real(c.to(torch.complex128)),
            torch.view_as_real(y.to(torch.complex64)), y.to(torch.cfloat).real,
            torch.isfinite(c), torch.isnan(d), c == c.conj(), c != d, c.conj().imag + 0,
            torch.linalg.vector_norm(c, dim=-1), c.norm(2, dim=1))


@family("complex_arithmetic", x=floats(4, 3, 2), y=floats(4, 3), z=floats(3, 2))
class Arithmetic(nn.Module):
  def __init__(self):
    super().__init__()
    self.register_buffer("turn", rotations(4, 6))
    self.register_buffer("wide", rotations(4, 6).to(torch.complex128))
    self.weight = nn.Parameter(torch.randn(3, dtype=torch.cfloat))

  def forward(self, x, y, z):
    c = torch.view_as_complex(x)
    d = torch.view_as_complex(z).unsqueeze(1)
    return [torch.view_as_real(t) for t in (
        c + d, c - d, c * d, c / d, c + y, y - c, c * y, y * c, c / (y.abs() + 1), y / (d + 3),
        c + 2, 2 - c, c * 2.5, c / 3, 1 / (d + 3), c * self.turn, self.turn * c, c / self.turn,
        c * self.weight, self.weight - c, c * self.wide, self.wide * y, -c, c * 1j, c + (1 + 2j),
        (1 - 2j) * c, 1j * y, y + 1j, c / (2 - 1j), c - 0.5j, torch.sub(c, d, alpha=2), c ** 2,
        c ** 3, torch.pow(d + 2, 0.5), torch.exp(c), torch.exp(1j * y), torch.log(d + 2),
        torch.sqrt(c), torch.square(d), torch.reciprocal(d + 3), y.mul(c), y.double() * c,
        self.turn.conj() * c, self.turn[0] * c, self.wide[:, 1:2] * c)]


@family("complex_functions", x=floats(4, 3, 2))
class Functions(nn.Module):
  def __init__(self):
    super().__init__()
    self.up = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1, output_padding=1, dtype=torch.cfloat)
    self.groups = nn.ConvTranspose1d(4, 4, 2, groups=2, bias=False, dtype=torch.cfloat)
    self.image = nn.ConvTranspose2d(1, 2, (2, 3), dtype=torch.cfloat)

  def forward(self, x):
    c = torch.view_as_complex(x)
    far = c * 30
    variance, mean = torch.var_mean(c, dim=1)
    return [torch.view_as_real(t) for t in (
        c.sin(), c.cos(), c.tan(), c.sinh(), c.cosh(), c.tanh(), far.tanh(), far.tan(),
        torch.sigmoid(c), torch.sigmoid(far), torch.rsqrt(c), torch.log2(c), torch.log10(c),
        c.exp(), c.prod(1), torch.prod(c, dim=2, keepdim=True), (c * 0).prod(1), mean,
        self.up(c), self.groups(c), self.image(c.unsqueeze(1)), F.conv_transpose1d(
            c, self.groups.weight, groups=2, dilation=2))] + [
        c.var(1), c.std(2, unbiased=False), variance, torch.std_mean(c, dim=(1, 2))[0]]


@family("complex_numbers_scripted", kinds=("scripted",), x=floats(4, 2))
class Numbers(nn.Module):
  def forward(self, x):
    c = torch.view_as_complex(x)
    number = complex(1.5, -2.0)
    if torch.is_complex(c):
      c = c * number
    return torch.view_as_real(c + (0.5 - 1j)), torch.view_as_real(c * (number * 2j))


@family("complex_shapes", x=floats(2, 3, 4, 2), y=floats(2, 3, 4))
class Shapes(nn.Module):
  def forward(self, x, y):
    c = torch.view_as_complex(x)
    a, b = c.chunk(2, -1)
    first, second, third = c.unbind(2)
    e, f = c.split([1, 3], dim=-1)
    index = torch.tensor([2, 0])
    mask = (y > 0).to(torch.int64)
    return [torch.view_as_real(t.resolve_conj()) for t in (
        c.view(c.shape[0], 6, 4), c.reshape(-1, 4), c.reshape(c.shape[0], -1), c.flatten(1),
        c.flatten(-2), c.flatten(), c.unflatten(-1, (2, 2)), c.unsqueeze(1), c.unsqueeze(-1),
        c.unsqueeze(-2), c.unsqueeze(-1).squeeze(-1), c.unsqueeze(0).squeeze(0), c[:, :1].squeeze(1),
        c.transpose(1, 2), c.transpose(-1, -2), c.transpose(-1, 1).contiguous(),
        c.permute(0, 3, 1, 2), c.permute(0, -1, -3, -2), c.movedim(-1, 1), c.swapaxes(-2, 1), c.mT,
        c.mH, c.adjoint(), c[..., 1:], c[:, :, ::2], c[:, 1], c[..., -1], c[:, -1, 1:, 1:3],
        c.narrow(-1, 1, 2), c.select(-1, 1), c.index_select(-1, index), c[:, :, index],
        a, b, first, third, e, f, torch.cat([c, c], -1), torch.cat([c, a], dim=-1),
        torch.cat([c, y], 1), torch.stack([c, c], -1), torch.stack([c, c], 1), torch.stack([a, b]),
        c[:, :, None].expand(-1, -1, 5, -1, -1), c[:, :1].expand_as(c), a.view_as(b),
        c.repeat(1, 1, 2, 1), c.flip(-1), c.flip([1, -2]), c.roll(1, -1), c.roll([1, -1], [1, 2]),
        c.tril(), F.pad(c, (1, 2)), F.pad(c, (0, 0, 1, 0)), c.gather(-1, mask),
        torch.where(y > 0, c, c.conj()), torch.where(y > 0, c, torch.zeros_like(c)),
        c.masked_fill(y > 0, 0), c.sum(), c.sum(-1), c.sum((1, -1), keepdim=True), c.mean(-2),
        c.mean(), c.cumsum(-1), c.diagonal(0, -2, -1), c.clone().detach(), c.contiguous(),
        c.repeat_interleave(2, dim=-1), torch.ones_like(c), torch.zeros_like(c) + y,
        c.new_zeros(3, 4) + c, y.new_zeros(2, 1, 4, dtype=torch.cfloat) + c, c[..., 0].ravel())]


@family("complex_in_place", x=floats(4, 5, 2), y=floats(4, 5))
class InPlace(nn.Module):
  def forward(self, x, y):
    c = torch.view_as_complex(x.clone())
    held = torch.zeros(x.shape[0], 6, 5, dtype=torch.cfloat, device=x.device)
    held[:, 1:3, :2] = c[:, :2, 3:]
    held[:, -1] = y[:, 0] * 2
    shown = torch.view_as_real(c)
    c.mul_(y)
    c[:, 0].add_(1)
    shown[..., 1] = shown[..., 1] * 0.5
    c.real.mul_(3)
    more = torch.ones(x.shape[0], 2, dtype=torch.complex64)
    more[:, 0] = c[:, 1, 1]
    more *= 2j
    other = c.clone()
    other.copy_(y)
    return (torch.view_as_real(held), torch.view_as_real(c), shown, torch.view_as_real(more),
            torch.view_as_real(other), torch.view_as_real(c.clone().zero_() + 1))


@family("complex_products", x=floats(3, 4, 2), y=floats(4, 3, 2))
class Products(nn.Module):
  def __init__(self):
    super().__init__()
    self.matrix = nn.Parameter(torch.randn(4, 5, dtype=torch.cfloat))
    self.linear = nn.Linear(4, 6, dtype=torch.cfloat)
    self.plain = nn.Linear(3, 2, bias=False, dtype=torch.cfloat)
    self.conv = nn.Conv1d(3, 4, 2, padding=1, dtype=torch.cfloat)
    self.groups = nn.Conv1d(4, 4, 3, groups=2, stride=2, bias=False, dtype=torch.cfloat)
    self.image = nn.Conv2d(1, 2, (2, 3), dtype=torch.cfloat)
    self.table = nn.Parameter(torch.randn(3, 4, 5, dtype=torch.cfloat))

  def forward(self, x, y):
    a, b = torch.view_as_complex(x), torch.view_as_complex(y)
    return [torch.view_as_real(t) for t in (
        a @ b, a @ self.matrix, torch.matmul(a, self.matrix[:, 0]), torch.bmm(a, b),
        a[:, 0] @ self.matrix, self.matrix.T @ b, self.linear(a), self.linear(a[:, 0]),
        self.plain(b), self.conv(a), self.groups(b), self.image(a.unsqueeze(1)),
        torch.einsum("bij,ijk->bik", a, self.table), torch.einsum("bij,ijk->bjk", a, self.table),
        torch.einsum("bij,bjk->bik", a, b), torch.einsum("ijk,bij->bk", self.table, a),
        torch.einsum("bij->bji", a), torch.einsum("...ij,...jk->...ik", a, b),
        torch.einsum("bij,bjk,jl->bikl", a, b, self.matrix), torch.outer(self.matrix[0], a[:, 0, 0]),
        torch.addmm(self.linear.bias[:5], a[:, 0], self.matrix), a @ a.mH,
        torch.kron(self.matrix, self.linear.bias.unsqueeze(0)) * a[0, 0, 0], torch.inner(a, self.matrix[:, 1]),
        torch.tensordot(a, self.matrix, dims=[[2], [0]]))]


@family("complex_rotary", kinds=("traced", "scripted"), x=floats(6, 16))
class Rotary(nn.Module):
  """Llama's attention, whose heads are turned."""

  def __init__(self):
    super().__init__()
    self.q, self.k, self.v, self.o = (nn.Linear(16, 16, bias=False) for _ in range(4))
    self.register_buffer("freqs_cis", rotations(12, 8))

  def turned(self, x, freqs):
    pairs = torch.view_as_complex(x.float().reshape(x.shape[0], x.shape[1], x.shape[2], -1, 2))
    freqs = freqs.view(1, x.shape[1], 1, pairs.shape[-1])
    return torch.view_as_real(pairs * freqs).flatten(3).type_as(x)

  def forward(self, x):
    batch, length, _ = x.shape
    freqs = self.freqs_cis[:length]
    q = self.turned(self.q(x).view(batch, length, 2, 8), freqs).transpose(1, 2)
    k = self.turned(self.k(x).view(batch, length, 2, 8), freqs).transpose(1, 2)
    v = self.v(x).view(batch, length, 2, 8).transpose(1, 2)
    scores = torch.softmax(q @ k.transpose(2, 3) / 8 ** 0.5, -1)
    return self.o((scores @ v).transpose(1, 2).reshape(batch, length, 16))


@family("complex_recurrence", x=floats(5, 3))
class Recurrence(nn.Module):
  """A linear recurrent unit of complex states, and a state space model's long convolution."""

  def __init__(self):
    super().__init__()
    self.size, self.angle = nn.Parameter(torch.rand(4)), nn.Parameter(torch.rand(4))
    self.b = nn.Parameter(torch.randn(4, 3, dtype=torch.cfloat))
    self.c = nn.Parameter(torch.randn(3, 4, dtype=torch.cfloat))

  def forward(self, x):
    turn = torch.exp(torch.complex(-torch.exp(self.size), torch.exp(self.angle)))
    u = x.to(torch.cfloat) @ self.b.mT
    state = torch.zeros(x.shape[0], 4, dtype=torch.cfloat, device=x.device)
    results: List[torch.Tensor] = []
    for t in range(x.shape[1]):
      state = turn * state + u[:, t]
      results.append((state @ self.c.mT).real)
    steps = turn.log().unsqueeze(-1) * torch.arange(x.size(1), device=x.device)
    kernel = 2 * torch.einsum("hn,nl->hl", self.c, torch.exp(steps)).real
    length = 2 * x.size(1)
    spectrum = torch.fft.rfft(kernel, n=length) * torch.fft.rfft(x.transpose(1, 2), n=length)
    correlation = spectrum * torch.conj(spectrum)
    return (torch.stack(results, 1), torch.fft.irfft(spectrum, n=length)[..., :x.size(1)],
            torch.fft.irfft(correlation, n=length))


@family("complex_buffer_unused", kinds=("traced", "scripted"), x=floats(5))
class Unused(nn.Module):
  """The buffer is read, and its values are not."""

  def __init__(self):
    super().__init__()
    self.linear = nn.Linear(5, 3)
    self.register_buffer("freqs_cis", rotations(6, 4))
    self.register_buffer("narrow", torch.randn(3, dtype=torch.complex32))

  def forward(self, x):
    turned = self.freqs_cis[:4]
    kept = turned * 2 + self.narrow[0].to(torch.cfloat)
    return self.linear(x) * kept.shape[0]


@family("fourier", x=floats(6, 8), y=floats(6, 5, 2))
class Transforms(nn.Module):
  def forward(self, x, y):
    c = torch.view_as_complex(y)
    pairs = [torch.view_as_real(t.resolve_conj()) for t in (
        torch.fft.fft(x), torch.fft.fft(c), torch.fft.fft(x, dim=1), torch.fft.fft(c, n=4),
        torch.fft.fft(c, n=9, dim=1, norm="ortho"), torch.fft.ifft(c), torch.fft.ifft(x, dim=-2),
        torch.fft.rfft(x), torch.fft.rfft(x, n=5), torch.fft.rfft(x, n=11, norm="forward"),
        torch.fft.rfft(x, dim=1), torch.fft.fft2(x), torch.fft.ifft2(c, norm="ortho"),
        torch.fft.rfft2(x, dim=(1, 2), norm="ortho"), torch.fft.fftn(x, dim=(1, 2)),
        torch.fft.fftn(c, s=(4, 6), dim=(1, 2)), torch.fft.ifftn(c, dim=(2,)),
        torch.fft.rfftn(x, dim=(2, 1)), torch.fft.rfft2(x, s=(4, 10)), torch.fft.ihfft(x),
        torch.fft.fftshift(c, dim=-1))]
    reals = [torch.fft.irfft(c), torch.fft.irfft(c, n=9), torch.fft.irfft(c, n=5, norm="ortho"),
             torch.fft.irfft(c, dim=1, norm="forward"), torch.fft.irfft(x),
             torch.fft.irfft2(c, s=(6, 8), norm="ortho"), torch.fft.irfft2(c, s=(6, 9)),
             torch.fft.irfftn(c, s=(5, 7), dim=(2, 1)), torch.fft.hfft(c, n=8),
             torch.fft.fftshift(x, dim=(1, 2)), torch.fft.ifftshift(x, dim=2),
             torch.fft.irfft(torch.fft.rfft(x) * torch.fft.rfftfreq(8)),
             torch.fft.fft(x).abs() * torch.fft.fftfreq(8, 0.5), torch.fft.fft2(x).real]
    return pairs + reals


@family("fourier_mixing", x=floats(6, 8))
class FNet(nn.Module):
  """FNet mixes tokens by the real part of a transform over both axes."""

  def __init__(self):
    super().__init__()
    self.norm, self.wide, self.narrow = nn.LayerNorm(8), nn.Linear(8, 16), nn.Linear(16, 8)

  def forward(self, x):
    mixed = torch.fft.fft(torch.fft.fft(x, dim=-1), dim=-2).real
    x = self.norm(x + mixed)
    return x + self.narrow(F.gelu(self.wide(x)))


@family("fourier_filter", x=floats(6, 5, 4))
class GlobalFilter(nn.Module):
  """GFNet multiplies an image's spectrum by a weight."""

  def __init__(self):
    super().__init__()
    self.complex_weight = nn.Parameter(torch.randn(6, 3, 4, 2) * 0.02)
    self.mlp = nn.Linear(4, 4)

  def forward(self, x):
    batch, height, width, _ = x.shape
    spectrum = torch.fft.rfft2(x, dim=(1, 2), norm="ortho")
    spectrum = spectrum * torch.view_as_complex(self.complex_weight)
    x = torch.fft.irfft2(spectrum, s=(height, width), dim=(1, 2), norm="ortho")
    return self.mlp(x)


@family("fourier_operator", x=floats(2, 6, 8))
class SpectralConv(nn.Module):
  """The spectral convolution of Fourier neural operators."""

  def __init__(self):
    super().__init__()
    self.weights1 = nn.Parameter(torch.rand(2, 3, 2, 3, dtype=torch.cfloat))
    self.weights2 = nn.Parameter(torch.rand(2, 3, 2, 3, dtype=torch.cfloat))
    self.skip = nn.Conv2d(2, 3, 1)

  def forward(self, x):
    spectrum = torch.fft.rfft2(x)
    out = torch.zeros(x.shape[0], 3, x.size(-2), x.size(-1) // 2 + 1, dtype=torch.cfloat,
                      device=x.device)
    out[:, :, :2, :3] = torch.einsum("bixy,ioxy->boxy", spectrum[:, :, :2, :3], self.weights1)
    out[:, :, -2:, :3] = torch.einsum("bixy,ioxy->boxy", spectrum[:, :, -2:, :3], self.weights2)
    return F.gelu(torch.fft.irfft2(out, s=(x.size(-2), x.size(-1))) + self.skip(x))


@family("fourier_adaptive", x=floats(4, 6, 8))
class Adaptive(nn.Module):
  """AFNO, whose spectrum goes through a small network of real weights."""

  def __init__(self):
    super().__init__()
    self.w = nn.Parameter(torch.randn(2, 2, 4, 4) * 0.2)
    self.b = nn.Parameter(torch.randn(2, 2, 4) * 0.2)

  def forward(self, x):
    batch, height, width, channels = x.shape
    z = torch.fft.rfft2(x, dim=(1, 2), norm="ortho")
    z = z.reshape(batch, z.shape[1], z.shape[2], 2, 4)
    real = F.relu(torch.einsum("...bi,bio->...bo", z.real, self.w[0])
                  - torch.einsum("...bi,bio->...bo", z.imag, self.w[1]) + self.b[0])
    imaginary = F.relu(torch.einsum("...bi,bio->...bo", z.imag, self.w[0])
                       + torch.einsum("...bi,bio->...bo", z.real, self.w[1]) + self.b[1])
    z = F.softshrink(torch.stack([real, imaginary], dim=-1), lambd=0.01)
    z = torch.view_as_complex(z).reshape(batch, height, width // 2 + 1, channels)
    return torch.fft.irfft2(z, s=(height, width), dim=(1, 2), norm="ortho") + x


@family("spectrogram", x=floats(40), y=floats(40))
class Spectrogram(nn.Module):
  """Transforms of windows, as speech is prepared, and back."""

  def __init__(self):
    super().__init__()
    self.register_buffer("window", torch.hann_window(12))
    self.register_buffer("whole", torch.hamming_window(16, periodic=False))
    self.register_buffer("mel", torch.rand(9, 5))

  def forward(self, x, y):
    whole: bool = False
    spectrum = torch.stft(x, 16, 4, 12, self.window, return_complex=True)
    plain = torch.stft(y, 16, return_complex=True)
    power = spectrum.abs() ** 2
    mel = torch.log(torch.matmul(power.transpose(1, 2), self.mel) + 1e-3)
    changed = spectrum * torch.polar(torch.ones_like(power), power * 0.1)
    return (torch.view_as_real(spectrum), mel, torch.view_as_real(plain),
            torch.view_as_real(torch.stft(x, 16, 5, window=self.whole, center=whole,
                                          normalized=True, return_complex=True)),
            torch.view_as_real(torch.stft(x, 15, 4, onesided=False, pad_mode="constant",
                                          return_complex=True)),
            torch.stft(x, 16, 4, window=torch.hann_window(16), return_complex=True).angle().cos(),
            torch.istft(spectrum, 16, 4, 12, self.window),
            torch.istft(changed, 16, 4, 12, self.window, length=38),
            torch.istft(plain, 16, length=44), torch.hamming_window(7) + 0 * x[:, :7],
            torch.istft(torch.stft(x, 16, 4, window=self.whole, normalized=True,
                                   return_complex=True), 16, 4, window=self.whole,
                        normalized=True),
            torch.blackman_window(6, periodic=False) + 0 * x[:, :6])
