"""Writes recurrent modules of PyTorch, an input and what they make of it, as safetensors: write_torch.py FOLDER"""
import json
import pathlib
import struct
import sys

import torch


def write(path, tensors):
    header, parts, end = {}, [], 0
    for name, tensor in sorted(tensors.items()):
        data = tensor.detach().float().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(data)]}
        parts.append(data)
        end += len(data)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


torch.manual_seed(1)
folder = pathlib.Path(sys.argv[1])
for kind in ("RNN", "LSTM", "GRU"):
    for layers in (1, 2, 3):
        for bidirectional in (False, True):
            for bias in (False, True):
                module = getattr(torch.nn, kind)(3, 4, layers, bias=bias, bidirectional=bidirectional)
                x = torch.randn(6, 2, 3)
                tensors = {"rnn." + name: value for name, value in module.state_dict().items()}
                name = f"torch-{kind}-{layers}-{2 if bidirectional else 1}-{bias}.safetensors"
                write(folder / name, {**tensors, "x": x, "y": module(x)[0]})
