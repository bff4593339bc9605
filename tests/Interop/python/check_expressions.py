"""PyTorch computes the expressions that the tests have left in a folder, with first and second gradients: check_expressions.py FOLDER"""
import json
import math
import pathlib
import sys

import torch

F = torch.nn.functional
EPS = 2.0 ** -52
# Roundings of sums, products and solvers of a dozen elements, with the condition of the matrices; second gradients have been through it three times.
ROUNDINGS = 2 ** 14

# Their trigamma is the head of an asymptotic series from 6 on, whose next term is 1/30/6⁹.
COARSE_THERE = {"p.lgamma()": 1 / 30 / 6 ** 9, "p.digamma()": 1 / 30 / 6 ** 9}

written = json.loads((pathlib.Path(sys.argv[1]) / "expressions.json").read_text())


def weighed(value):
    flat = value.reshape(-1)
    return (flat / torch.arange(1, len(flat) + 1, dtype=flat.dtype)).sum()


def gradients(total, operands):
    """Of a total with respect to all operands, zero where it does not depend on them."""
    if not total.requires_grad:
        return [torch.zeros_like(operand) for operand in operands]
    found = torch.autograd.grad(total, operands, create_graph=True, allow_unused=True)
    return [torch.zeros_like(operand) if one is None else one for operand, one in zip(operands, found)]


def error(ours, theirs):
    """The largest difference over the largest number, in roundings."""
    theirs = [number for one in theirs for number in (one.detach() + 0.0).reshape(-1).tolist()]
    ours = [number for one in ours for number in one]
    assert len(ours) == len(theirs), (len(ours), len(theirs))
    size = max([abs(number) for number in theirs] + [1.0])
    return max(abs(a - b) for a, b in zip(ours, theirs)) / size / EPS


worst, failed = (0.0, ""), []
for result in written["results"]:
    operands = {
        name: torch.tensor(operand["data"], dtype=torch.float64).reshape(operand["shape"]).requires_grad_()
        for name, operand in written["operands"].items()
    }
    value = eval(result["Python"], {"torch": torch, "F": F, "math": math}, operands)
    first = gradients(weighed(value), list(operands.values()))
    second = gradients(sum(weighed(one) for one in first), list(operands.values()))
    for order, ours, theirs in (("value", [result["Value"]], [value]), ("gradient", result["Gradients"], first), ("second", result["Second"], second)):
        roundings = error(ours, theirs)
        bound = max(ROUNDINGS, COARSE_THERE.get(result["Python"], 0) / EPS)
        worst = max(worst, (roundings, f"{order} of {result['Python']}"))
        if not roundings <= bound:
            failed.append(f"{order} of {result['Python']}: {roundings:.3g} roundings")
print(f"{len(written['results'])} expressions, worst {worst[0]:.0f} roundings: {worst[1]}")
print("\n".join(failed))
sys.exit(1 if failed else 0)
