"""Trains the character model of examples/charlm.cs with PyTorch, by the same protocol, and prints one JSON line.

    apt-get install -y python3-torch libopenblas0-pthread     (without OpenBLAS it is ten times slower)
    /usr/bin/python3 torch_charlm.py TEXT --threads 1

Contiguous streams with carried state, embedding 64, one LSTM, mean cross-entropy in nats, global norm clipped to 5, Adam 3e-3.
"""
import argparse
import json
import time

import torch
from torch import nn

p = argparse.ArgumentParser()
p.add_argument("text")
for name, default in dict(hidden=128, embedding=64, batch=32, steps=64, epochs=4, threads=1, seed=1).items():
    p.add_argument(f"--{name}", type=int, default=default)
a = p.parse_args()
torch.set_num_threads(a.threads)
torch.manual_seed(a.seed)

text = open(a.text, encoding="utf-8", newline="").read()
symbols = sorted(set(text))
tokens = torch.tensor(list(map({c: i for i, c in enumerate(symbols)}.get, text)))
cut = int(0.9 * len(tokens))


def windows(part):
    length = (len(part) - 1) // a.batch
    x = part[: a.batch * length].view(a.batch, length).t()
    y = part[1 : a.batch * length + 1].view(a.batch, length).t()
    return [(x[t : t + a.steps], y[t : t + a.steps]) for t in range(0, length - a.steps + 1, a.steps)]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(symbols), a.embedding)
        self.lstm = nn.LSTM(a.embedding, a.hidden)
        self.head = nn.Linear(a.hidden, len(symbols))

    def forward(self, x, state):
        h, state = self.lstm(self.embedding(x), state)
        return self.head(h), tuple(s.detach() for s in state)


model = Model()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
loss_of = nn.CrossEntropyLoss()
train, validation = windows(tokens[:cut]), windows(tokens[cut:])


def validate():
    state, total = None, 0.0
    with torch.no_grad():
        for x, y in validation:
            logits, state = model(x, state)
            total += loss_of(logits.flatten(0, 1), y.flatten()).item()
    return total / len(validation)


start, steps, best = time.perf_counter(), 0, float("inf")
for _ in range(a.epochs):
    state = None
    for x, y in train:
        logits, state = model(x, state)
        loss = loss_of(logits.flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        steps += 1
    best = min(best, validate())
print(json.dumps(dict(peer=f"torch {torch.__version__}", validation_nats=round(best, 4), steps=steps,
                      seconds=round(time.perf_counter() - start, 2), threads=a.threads,
                      parameters=sum(w.numel() for w in model.parameters()))))
