"""Times training steps (forward, loss = mean of squares, backward to the weights) of PyTorch's recurrent layers, when asked to.

    apt-get install -y python3-torch libopenblas0-pthread     (without OpenBLAS it is several times slower)
    echo "lstm 50 32 65 128 3" | OPENBLAS_NUM_THREADS=1 /usr/bin/python3 torch_step.py THREADS

First says who it is. Then answers each line CELL TIME BATCH INPUTS HIDDEN SECONDS with a line of milliseconds, one number per step.
Cells: rnn, gru, lstm (the library's own layers) and peephole (written by hand; plain or scripted, whichever is faster here).
"""
import math
import signal
import sys
import time

import torch
from torch import nn


class Peephole(nn.Module):
    """Gates stacked; the product with the input is taken out of the loop."""

    def __init__(self, inputs: int, hidden: int):
        super().__init__()
        self.x, self.h = nn.Linear(inputs, 4 * hidden), nn.Linear(hidden, 4 * hidden, bias=False)
        k = 1 / math.sqrt(hidden)
        self.pi, self.pf, self.po = (nn.Parameter(torch.empty(hidden).uniform_(-k, k)) for _ in range(3))
        self.hidden = hidden

    def forward(self, x):
        h = c = torch.zeros(x.shape[1], self.hidden)
        outputs = []
        for z in self.x(x).unbind(0):
            i, f, g, o = (z + self.h(h)).chunk(4, 1)
            i, f = torch.sigmoid(i + self.pi * c), torch.sigmoid(f + self.pf * c)
            c = f * c + i * torch.tanh(g)
            h = torch.sigmoid(o + self.po * c) * torch.tanh(c)
            outputs.append(h)
        return torch.stack(outputs), h


def step_of(net, x):
    weights = list(net.parameters())

    def step():
        for w in weights:
            w.grad = None
        y, _ = net(x)
        (y * y).mean().backward()

    return step


def turn(step, seconds):
    times, start = [], time.perf_counter()
    while not times or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        step()
        times.append((time.perf_counter() - before) * 1e3)
    return times


def faster(steps):
    """The scripted one compiles itself during its first runs."""
    for step in steps:
        turn(step, 0.5)
    return min(steps, key=lambda step: min(turn(step, 0.3) + turn(step, 0.3)))


def make(cell, steps, batch, inputs, hidden):
    torch.manual_seed(0)
    x = torch.randn(steps, batch, inputs)
    if cell == "peephole":
        net = Peephole(inputs, hidden)
        return faster([step_of(net, x), step_of(torch.jit.script(net), x)])
    return step_of({"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[cell](inputs, hidden), x)


signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that asks
torch.set_num_threads(int(sys.argv[1]))
print("PyTorch", torch.__version__, flush=True)
made = {}
for line in sys.stdin:
    *what, seconds = line.split()
    key = tuple(what)
    if key not in made:
        made[key] = make(what[0], *map(int, what[1:]))
    print(*(f"{t:.4f}" for t in turn(made[key], float(seconds))), flush=True)
