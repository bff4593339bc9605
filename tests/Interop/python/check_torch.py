"""PyTorch's modules take the weights that the library wrote and give the same outputs: check_torch.py FOLDER"""
import pathlib
import sys

import torch

import tensor_files
import torch_modules

folder = pathlib.Path(sys.argv[1])
worst, count = 0.0, 0
for file in sorted(folder.glob("ours-torch*.safetensors")):
    parts = file.stem.split("-")[2:]
    if len(parts) == 1:
        module = torch_modules.other(parts[0])
    else:
        module = torch_modules.recurrent(parts[0], int(parts[1]), int(parts[2]), True, int(parts[3]))
    tensors = {name: torch.tensor(array) for name, array in tensor_files.read(file)[0].items()}
    x, y = tensors.pop("x"), tensors.pop("y")
    module.load_state_dict({name.removeprefix("module."): value for name, value in tensors.items()}, strict=True)
    with torch.no_grad():
        error = (torch_modules.output(module, x.long() if parts[0] == "Embedding" else x) - y).abs().max().item()
    assert error <= 1e-6 * max(1.0, y.abs().max().item()), (file.name, error)
    worst, count = max(worst, error), count + 1
assert count == 18 + 6 + len(torch_modules.OTHERS), count
print(f"{count} modules of torch {torch.__version__} give what the library gives, to {worst:.1e}")
