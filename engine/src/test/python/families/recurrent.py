"""LSTM, GRU, RNN and their cells."""
import torch
from torch import nn

from .registry import SCRIPTED, family, floats


@family("lstm", x=floats(6, 4), h=floats(2, 3), c=floats(2, 3))
class Lstm(nn.Module):
  def __init__(self):
    super().__init__()
    self.one, self.first = nn.LSTM(4, 3), nn.LSTM(4, 3, batch_first=True, bias=False)
    self.two, self.both = nn.LSTM(4, 3, 2), nn.LSTM(4, 3, bidirectional=True)
    self.deep = nn.LSTM(4, 2, 2, batch_first=True, bidirectional=True, dropout=0.1)

  def forward(self, x, h, c):
    time = x.transpose(0, 1)
    h, c = h.transpose(0, 1).contiguous(), c.transpose(0, 1).contiguous()
    a, (b, d) = self.one(time)
    e, (f, g) = self.first(x)
    i, (j, k) = self.two(time, (h, c))
    l, (m, o) = self.both(time, (h, c))
    p, (q, r) = self.deep(x)
    s, _ = self.first(x, (h[:1], c[:1]))
    return (a, b, d, e, f, g, i, j, k, l, m, o, p, q, r, s, torch.cat([q[-2], q[-1]], 1),
            self.one(time)[0][-1])


@family("lstm_projected", x=floats(6, 4), h=floats(1, 2), c=floats(1, 5))
class LstmProjected(nn.Module):
  def __init__(self):
    super().__init__()
    self.one = nn.LSTM(4, 5, batch_first=True, proj_size=2)
    self.deep = nn.LSTM(4, 3, 2, batch_first=True, bidirectional=True, proj_size=2)

  def forward(self, x, h, c):
    a, (b, d) = self.one(x)
    e, (f, g) = self.one(x, (h.transpose(0, 1).contiguous(), c.transpose(0, 1).contiguous()))
    i, (j, k) = self.deep(x)
    return a, b, d, e, f, g, i, j, k


@family("gru", x=floats(6, 4), h=floats(2, 3))
class Gru(nn.Module):
  def __init__(self):
    super().__init__()
    self.one, self.first = nn.GRU(4, 3), nn.GRU(4, 3, batch_first=True, bias=False)
    self.two, self.both = nn.GRU(4, 3, 2), nn.GRU(4, 3, bidirectional=True)
    self.deep = nn.GRU(4, 2, 2, batch_first=True, bidirectional=True)

  def forward(self, x, h):
    time, h = x.transpose(0, 1), h.transpose(0, 1).contiguous()
    a, b = self.one(time)
    c, d = self.first(x)
    e, f = self.two(time, h)
    g, i = self.both(time, h)
    j, k = self.deep(x)
    return a, b, c, d, e, f, g, i, j, k, self.first(x, h[:1])[0], j[:, -1]


@family("rnn", x=floats(6, 4), h=floats(2, 3))
class Rnn(nn.Module):
  def __init__(self):
    super().__init__()
    self.one = nn.RNN(4, 3)
    self.first = nn.RNN(4, 3, batch_first=True, nonlinearity="relu", bias=False)
    self.two, self.both = nn.RNN(4, 3, 2, nonlinearity="relu"), nn.RNN(4, 3, bidirectional=True)

  def forward(self, x, h):
    time, h = x.transpose(0, 1), h.transpose(0, 1).contiguous()
    a, b = self.one(time)
    c, d = self.first(x)
    e, f = self.two(time, h)
    g, i = self.both(time, h)
    return a, b, c, d, e, f, g, i


@family("recurrent_cells", x=floats(4, 5), h=floats(3), c=floats(3))
class Cells(nn.Module):
  """Cells, unrolled over the known number of steps."""

  def __init__(self):
    super().__init__()
    self.lstm, self.gru, self.rnn = nn.LSTMCell(5, 3), nn.GRUCell(5, 3), nn.RNNCell(5, 3)
    self.bare, self.relu = nn.GRUCell(5, 3, bias=False), nn.RNNCell(5, 3, nonlinearity="relu")

  def forward(self, x, h, c):
    first = x[:, 0]
    a, b = self.lstm(first)
    d, e = self.lstm(first, (h, c))
    f, g = h, c
    for i in range(4):
      f, g = self.lstm(x[:, i], (f, g))
    return (a, b, d, e, f, g, self.gru(first), self.gru(first, h), self.bare(first, h),
            self.rnn(first), self.relu(first, h))


@family("recurrent_scripted", SCRIPTED, x=floats(4, 5))
class Unrolled(nn.Module):
  """A loop over the steps of a sequence, whose number is that of the shape."""

  def __init__(self):
    super().__init__()
    self.cell = nn.LSTMCell(5, 3)

  def forward(self, x):
    h = torch.zeros(x.size(0), 3)
    c = torch.zeros(x.size(0), 3)
    steps = []
    for i in range(x.size(1)):
      h, c = self.cell(x[:, i], (h, c))
      steps.append(h)
    return torch.stack(steps, 1), c


@family("recurrent_unbatched", x=floats(6, 4))
class Unbatched(nn.Module):
  def __init__(self):
    super().__init__()
    self.lstm, self.gru = nn.LSTM(4, 3, bidirectional=True), nn.GRU(4, 3, batch_first=True)

  def forward(self, x):
    return self.lstm(x[0])[0], self.gru(x[0])[1]
