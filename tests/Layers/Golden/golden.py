"""Writes golden.json: what PyTorch computes for small cases, in double. Made with PyTorch 1.13: python3 golden.py > golden.json

Of each case the file holds its inputs, its results, and under "<name>.grad" the gradient of the loss with respect to an input.
The loss of a recurrent case is the sum over its results of the products with "<name>.seed".
"""
import json
import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20020)
T, B, I, H = 4, 3, 2, 3
LENGTHS = [2, 4, 3]


def draw(*shape, scale=0.6):
    """Two decimals, so that the inputs are short to write; they are the same numbers everywhere."""
    return torch.round(torch.randn(*shape) * scale * 100) / 100


def tracked(*shape, scale=0.6):
    return draw(*shape, scale=scale).requires_grad_()


def case(inputs, results, loss=None, data=None):
    """One case; without a loss the results are weighted by random seeds."""
    record = dict(data or {})
    if loss is None:
        seeds = {name: draw(*value.shape) for name, value in results.items()}
        loss = sum((value * seeds[name]).sum() for name, value in results.items())
        record.update({name + ".seed": seed for name, seed in seeds.items()})
    loss.backward()
    record.update(inputs)
    record.update(results)
    record["loss"] = loss
    record.update({name + ".grad": value.grad for name, value in inputs.items()})
    return {name: value.tolist() if torch.is_tensor(value) else value for name, value in record.items()}


def initial_state(module, inputs):
    if module.bidirectional:
        return None
    inputs["h0"] = tracked(module.num_layers, B, H)
    if module.mode != "LSTM":
        return inputs["h0"]
    inputs["c0"] = tracked(module.num_layers, B, H)
    return inputs["h0"], inputs["c0"]


def recurrent(module, lengths=None):
    for parameter in module.parameters():
        parameter.data = draw(*parameter.shape)
    inputs = {"x": tracked(T, B, I)}
    state = initial_state(module, inputs)
    x = inputs["x"]
    if lengths:
        x = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    out, final = module(x, state)
    if lengths:
        out, _ = nn.utils.rnn.pad_packed_sequence(out)
    final = final if isinstance(final, tuple) else (final,)
    results = dict(zip(("out", "h", "c"), (out,) + final))
    inputs.update(dict(module.named_parameters()))
    return case(inputs, results, data={"lengths": lengths} if lengths else None)


def peephole():
    """Gers, Schraudolph, Schmidhuber 2002, gates in the order i, f, g, o; the output gate sees the new cell."""
    inputs = {"x": tracked(T, B, I), "h0": tracked(B, H), "c0": tracked(B, H)}
    w = {"weight_ih": tracked(4 * H, I), "weight_hh": tracked(4 * H, H), "bias": tracked(4 * H), "peephole": tracked(3, H, scale=1.5)}
    h, c, outputs = inputs["h0"], inputs["c0"], []
    for t in range(T):
        i, f, g, o = (inputs["x"][t] @ w["weight_ih"].T + h @ w["weight_hh"].T + w["bias"]).chunk(4, 1)
        i = torch.sigmoid(i + w["peephole"][0] * c)
        f = torch.sigmoid(f + w["peephole"][1] * c)
        c = f * c + i * torch.tanh(g)
        o = torch.sigmoid(o + w["peephole"][2] * c)
        h = o * torch.tanh(c)
        outputs.append(h)
    return case({**inputs, **w}, {"out": torch.stack(outputs), "h": h, "c": c})


def layer_norm():
    inputs = {"x": tracked(T, B, 5), "gain": tracked(5), "bias": tracked(5)}
    return case(inputs, {"out": F.layer_norm(inputs["x"], (5,), inputs["gain"], inputs["bias"], 1e-5)})


def embedding():
    symbols = torch.tensor([[3, 0, 3], [1, 3, 0]])
    inputs = {"table": tracked(5, 2)}
    return case(inputs, {"out": F.embedding(symbols, inputs["table"])}, data={"symbols": symbols})


def cross_entropy(**options):
    logits = tracked(2, 3, 4, scale=3)
    labels = torch.tensor([[3, 0, -1], [2, -1, 3]])
    loss = F.cross_entropy(logits.reshape(-1, 4), labels.reshape(-1), ignore_index=-1, **options)
    return case({"logits": logits}, {}, loss, {"labels": labels.reshape(-1)})


def binary_cross_entropy():
    logits, target = tracked(2, 3, scale=4), torch.tensor([[0.0, 1.0, 0.25], [1.0, 0.0, 0.5]])
    return case({"logits": logits}, {}, F.binary_cross_entropy_with_logits(logits, target), {"target": target})


def kullback_leibler():
    logits = tracked(3, 4, scale=2)
    p = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.0, 1.0, 0.0, 0.0], [0.5, 0.0, 0.5, 0.0]])
    return case({"logits": logits}, {}, F.kl_div(F.log_softmax(logits, -1), p, reduction="batchmean"), {"p": p})


def regression(function, **options):
    inputs = {"prediction": tracked(4, 3, scale=1.5), "target": tracked(4, 3, scale=1.5)}
    return case(inputs, {}, function(inputs["prediction"], inputs["target"], **options))


cases = {
    "lstm": recurrent(nn.LSTM(I, H)),
    "gru": recurrent(nn.GRU(I, H)),
    "rnn": recurrent(nn.RNN(I, H)),
    "lstm with lengths": recurrent(nn.LSTM(I, H), LENGTHS),
    "bidirectional lstm with lengths": recurrent(nn.LSTM(I, H, bidirectional=True), LENGTHS),
    "two-layer lstm": recurrent(nn.LSTM(I, H, num_layers=2)),
    "peephole lstm": peephole(),
    "layer norm": layer_norm(),
    "embedding": embedding(),
    "cross entropy": cross_entropy(),
    "smoothed cross entropy": cross_entropy(label_smoothing=0.1),
    "binary cross entropy": binary_cross_entropy(),
    "kullback-leibler": kullback_leibler(),
    "huber": regression(F.huber_loss, delta=0.7),
    "mean squared error": regression(F.mse_loss),
}
lines = []
for name, content in cases.items():
    entries = [f"    {json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in content.items()]
    lines.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(entries) + "\n  }")
print("{\n" + ",\n".join(lines) + "\n}")
