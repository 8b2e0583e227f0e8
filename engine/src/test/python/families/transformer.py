"""PyTorch's attention modules, with and without their fast path."""
import torch
from torch import nn

from .registry import SCRIPTED, TRACED, family, floats, valid


class Attention(nn.Module):
  def __init__(self):
    super().__init__()
    self.first = nn.MultiheadAttention(8, 2, batch_first=True)
    self.last = nn.MultiheadAttention(8, 4)
    self.cross = nn.MultiheadAttention(8, 2, batch_first=True, kdim=6, vdim=4)
    self.extra = nn.MultiheadAttention(8, 2, batch_first=True, add_bias_kv=True, add_zero_attn=True)
    self.register_buffer("causal", torch.triu(torch.ones(5, 5), 1).bool())
    self.register_buffer("bias", torch.randn(5, 5))

  def forward(self, x, y, z, keep):
    hide = ~keep
    a, b = self.first(x, x, x)
    c, d = self.first(x, x, x, need_weights=True, average_attn_weights=False)
    e = self.first(x, x, x, key_padding_mask=hide, need_weights=False)[0]
    f = self.first(x, x, x, attn_mask=self.causal, need_weights=False)[0]
    g = self.first(x, x, x, attn_mask=self.bias, need_weights=False)[0]
    h = self.first(x, x, x, key_padding_mask=hide, attn_mask=self.causal, need_weights=False)[0]
    time = x.transpose(0, 1)
    i, j = self.last(time, time, time)
    k = self.last(time, time, time, key_padding_mask=hide, need_weights=False)[0]
    l, m = self.cross(x, y, z)
    o = self.extra(x, x, x, need_weights=False)[0]
    p = self.first(x[:, :3], x, x, key_padding_mask=hide)[0]
    q = self.first(x, x, x, need_weights=False)[0]
    return a, b, c, d, e, f, g, h, i, j, k, l, m, o, p, q


INPUTS = {"x": floats(5, 8), "y": floats(4, 6), "z": floats(4, 4), "keep": valid(5)}


@family("multihead_attention", **INPUTS)
def multihead_attention():
  return Attention()


@family("multihead_attention_slow", TRACED, fast_path=False, **INPUTS)
def multihead_attention_slow():
  return Attention()


@family("multihead_attention_unbiased", TRACED, x=floats(5, 8))
class Unbiased(nn.Module):
  def __init__(self):
    super().__init__()
    self.first = nn.MultiheadAttention(8, 2, bias=False, batch_first=True)
    self.last = nn.MultiheadAttention(8, 4, bias=False)

  def forward(self, x):
    y = x.transpose(0, 1)
    return self.first(x, x, x)[0], self.last(y, y, y)[0]


class Encoder(nn.Module):
  def __init__(self):
    super().__init__()
    def layer(**settings):
      return nn.TransformerEncoderLayer(8, 2, 12, batch_first=True, **settings)
    self.one, self.before = layer(), layer(norm_first=True, activation="gelu")
    self.two = nn.TransformerEncoder(layer(), 2, nn.LayerNorm(8), enable_nested_tensor=False)
    self.time = nn.TransformerEncoderLayer(8, 2, 12)
    self.register_buffer("causal", torch.triu(torch.ones(5, 5), 1).bool())
    self.register_buffer("square", nn.Transformer.generate_square_subsequent_mask(5))

  def forward(self, x, keep):
    hide = ~keep
    return (self.one(x), self.before(x), self.one(x, src_key_padding_mask=hide)[:, :2],
            self.one(x, src_mask=self.causal), self.before(x, src_mask=self.square), self.two(x),
            self.two(x, mask=self.causal),
            self.two(x, src_key_padding_mask=hide)[:, :2],
            self.time(x.transpose(0, 1)).transpose(0, 1))


@family("transformer_encoder", x=floats(5, 8), keep=valid(5))
def transformer_encoder():
  return Encoder()


@family("transformer_encoder_slow", TRACED, fast_path=False, x=floats(5, 8), keep=valid(5))
def transformer_encoder_slow():
  return Encoder()


@family("transformer_nested", x=floats(5, 8), keep=valid(5))
class Nested(nn.Module):
  """The fast path packs what is not hidden into a nested tensor."""

  def __init__(self):
    super().__init__()
    self.two = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 12, batch_first=True), 2)

  def forward(self, x, keep):
    keep = keep | (torch.arange(5) == 4)
    keep = keep.flip(1).cumsum(1).flip(1) > 0
    return self.two(x, src_key_padding_mask=~keep)


@family("transformer_nested_padded", SCRIPTED, x=floats(5, 8), keep=valid(5))
class NestedPadded(Nested):
  """Padding at the ends, which a scripted encoder packs away, and at the starts, which it can't."""

  def forward(self, x, keep):
    ends = torch.arange(5) >= keep.sum(1, keepdim=True)
    start = ends.flip(1)
    return self.two(x, src_key_padding_mask=ends), self.two(x, src_key_padding_mask=start)


@family("transformer_decoder", x=floats(3, 8), memory=floats(5, 8), keep=valid(5))
class Decoder(nn.Module):
  def __init__(self):
    super().__init__()
    self.one = nn.TransformerDecoderLayer(8, 2, 12, batch_first=True)
    self.two = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 12, norm_first=True,
        batch_first=True), 2, nn.LayerNorm(8))
    self.register_buffer("causal", torch.triu(torch.ones(3, 3), 1).bool())

  def forward(self, x, memory, keep):
    return (self.one(x, memory), self.one(x, memory, tgt_mask=self.causal),
            self.two(x, memory, tgt_mask=self.causal),
            self.one(x, memory, memory_key_padding_mask=~keep))


@family("transformer", x=floats(5, 8), y=floats(3, 8))
class WholeTransformer(nn.Module):
  def __init__(self):
    super().__init__()
    self.model = nn.Transformer(8, 2, 1, 1, 12, batch_first=True)
    self.register_buffer("causal", torch.triu(torch.full((3, 3), float("-inf")), 1))

  def forward(self, x, y):
    return self.model(x, y), self.model(x, y, tgt_mask=self.causal)
