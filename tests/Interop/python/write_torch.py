"""Writes modules of PyTorch, an input and what they make of it, and a character model and what it writes: write_torch.py FOLDER"""
import pathlib
import sys

import torch

import tensor_files
import torch_modules

folder = pathlib.Path(sys.argv[1])
TEXT = "she sells sea shells by the sea shore; the shells she sells are surely sea shells.\n"


def save(name, module, texts=None, **more):
    tensors = {"module." + key: value for key, value in module.state_dict().items()}
    tensors.update(more)
    tensor_files.write(folder / f"{name}.safetensors", {key: value.detach().float().contiguous().numpy() for key, value in tensors.items()}, texts)


def save_with_output(name, module, x):
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    save(name, module, x=x, y=torch_modules.output(module, x))


class CharacterModel(torch.nn.Module):
    def __init__(self, symbols):
        super().__init__()
        self.embedding = torch.nn.Embedding(symbols, 16)
        self.rnn = torch.nn.LSTM(16, 48, 2)
        self.head = torch.nn.Linear(48, symbols)

    def forward(self, tokens, state=None):
        y, state = self.rnn(self.embedding(tokens), state)
        return self.head(y), state


def train(symbols):
    model = CharacterModel(len(symbols))
    tokens = torch.tensor([symbols.index(letter) for letter in TEXT * 3])[:, None]
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(150):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(tokens[:-1])[0].flatten(0, 1), tokens[1:].flatten()).backward()
        optimizer.step()
    return model


def written(model, symbols, length):
    """The most probable text, and how much more probable each character is than the next best."""
    token, state, text, gap = symbols.index("\n"), None, "", float("inf")
    for _ in range(length):
        logits, state = model(torch.tensor([[token]]), state)
        best = logits.flatten().topk(2).values
        token = int(logits.argmax())
        text, gap = text + symbols[token], min(gap, float(best[0] - best[1]))
    return text, gap


torch.manual_seed(1)
torch.set_num_threads(1)
for case in torch_modules.RECURRENT + torch_modules.PROJECTED:
    name = "torch-" + "-".join(str(part) for part in case)
    save_with_output(name, torch_modules.recurrent(*case), torch_modules.given(case[0]))
for name in torch_modules.OTHERS:
    save_with_output(f"torchmodule-{name}", torch_modules.other(name), torch_modules.given(name))
symbols = sorted(set(TEXT))
model = train(symbols)
with torch.no_grad():
    text, gap = written(model, symbols, 300)
assert gap > 1e-3 and "sea shells" in text, (gap, text)
save("torchtext", model, {"symbols": "".join(symbols), "written": text})
