"""The modules that are compared, by the names of files: KIND-LAYERS-DIRECTIONS-BIAS[-PROJECTION]."""
import torch

INPUTS, UNITS, TIME, BATCH, SYMBOLS = 3, 4, 6, 2, 7

RECURRENT = [(kind, layers, directions, bias, 0)
             for kind in ("RNN", "LSTM", "GRU") for layers in (1, 2, 3) for directions in (1, 2) for bias in (False, True)]
PROJECTED = [("LSTM", layers, directions, bias, 2) for layers in (1, 2, 3) for directions in (1, 2) for bias in (False, True)]
OTHERS = ["Linear", "LinearWithoutBias", "Embedding", "LayerNorm"]


def recurrent(kind, layers, directions, bias, projection):
    options = {"proj_size": projection} if projection else {}
    return getattr(torch.nn, kind)(INPUTS, UNITS, layers, bias=bias, bidirectional=directions == 2, **options)


def other(name):
    return {
        "Linear": lambda: torch.nn.Linear(INPUTS, UNITS),
        "LinearWithoutBias": lambda: torch.nn.Linear(INPUTS, UNITS, bias=False),
        "Embedding": lambda: torch.nn.Embedding(SYMBOLS, UNITS),
        "LayerNorm": lambda: torch.nn.LayerNorm(INPUTS),
    }[name]()


def given(name):
    """An input for a module."""
    return torch.randint(SYMBOLS, (TIME, BATCH)) if name == "Embedding" else torch.randn(TIME, BATCH, INPUTS)


def output(module, x):
    y = module(x)
    return y[0] if isinstance(y, tuple) else y
