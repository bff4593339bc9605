#!/usr/bin/env python3
# The tensors of a PyTorch file as safetensors, which PyTorch.Import reads: torch-to-safetensors.py MODEL.pt MODEL.safetensors
import json, struct, sys, torch

state = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
state = state.get("state_dict", state)
header, parts, end = {}, [], 0
for name, tensor in sorted((name, tensor) for name, tensor in state.items() if torch.is_tensor(tensor) and tensor.is_floating_point()):
    data = tensor.detach().float().contiguous().numpy().tobytes()
    header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(data)]}
    parts, end = parts + [data], end + len(data)
text = json.dumps(header).encode()
open(sys.argv[2], "wb").write(struct.pack("<Q", len(text)) + text + b"".join(parts))
