"""
PyTorch against the page of edges: check_edges.py PAGE

Every entry of docs/edges.md is computed by PyTorch in double. Where the two differ, the entry must carry the number of a choice, follow from a
rule that the head of the page gives, or be named here with the reason why PyTorch is off.
"""
import math
import re
import sys

import torch

F = torch.nn.functional

# Where the page says nothing of an entry, for PyTorch's function is off: at a pole it has the wrong side, or a rounding of the pole.
OFF_THERE = {
    ("Log1P", "huge"): "log1p of its compiler's vectors overflows",
    ("LogGamma", "−0"): "the slope of −0 has the sign of 0",
    ("LogGamma", "−1"): "the pole is rounded",
    ("LogGamma", "−huge"): "every integer below 0 is a pole",
    ("Digamma", "−0"): "the value of −0 has the sign of 0",
    ("Digamma", "−1"): "the pole is rounded",
    ("Digamma", "−huge"): "every integer below 0 is a pole",
    ("Digamma", "−∞"): "no limit exists",
    ("Polygamma(x, 1)", "−1"): "the pole is rounded",
    ("Polygamma(x, 1)", "−huge"): "every integer below 0 is a pole",
    ("Polygamma(x, 1)", "−∞"): "no limit exists",
    ("Power(x, 0.5)", "−0"): "its slope has the sign of 1/√x for a root that keeps −0",
    ("Sign", "NaN"): "a NaN is not lost",
    ("Atan2", "tiny"): "reciprocals of subnormal numbers overflow in either",
}


def gelu(x):
    return F.gelu(x, approximate="tanh")


class StraightThrough(torch.autograd.Function):
    @staticmethod
    def forward(context, value, slope):
        return value.clone()

    @staticmethod
    def backward(context, gradient):
        return None, gradient


def is_of_a_rule(values, ours, theirs):
    """The head of the page: a limit stands where PyTorch's formula leaves NaN, and a NaN that goes in is not lost."""
    return (math.isnan(theirs) and not math.isnan(ours)) or (math.isnan(ours) and any(math.isnan(value) for value in values))


UNARY = {
    "Abs": torch.abs, "Clamp": lambda x: torch.clamp(x, -1, 2), "Cos": torch.cos, "Elu": lambda x: F.elu(x, 1.5), "ExactGelu": F.gelu,
    "Erf": torch.erf, "Exp": torch.exp, "ExpM1": torch.expm1, "Gelu": gelu, "LeakyRelu": lambda x: F.leaky_relu(x, 0.25), "Log": torch.log,
    "Log1P": torch.log1p, "LogGamma": torch.lgamma, "LogSigmoid": F.logsigmoid, "Negate": torch.neg, "Digamma": torch.digamma,
    "Polygamma(x, 1)": lambda x: torch.polygamma(1, x), "Power(x, 0)": lambda x: x ** 0, "Power(x, 2)": lambda x: x ** 2,
    "Power(x, 0.5)": lambda x: x ** 0.5, "Power(x, −2)": lambda x: x ** -2, "Reciprocal": torch.reciprocal, "Relu": torch.relu,
    "ScaleShift": lambda x: 2 * x + 1, "Sigmoid": torch.sigmoid, "Silu": F.silu, "Sin": torch.sin, "Softplus": F.softplus,
    "Softsign": F.softsign, "Sqrt": torch.sqrt, "Square": torch.square, "Tanh": torch.tanh, "Tan": torch.tan, "Ceiling": torch.ceil,
    "Floor": torch.floor, "IsNaN": lambda x: torch.isnan(x).to(x.dtype), "Round": torch.round, "Sign": torch.sign,
}
BINARY = {
    "Add": torch.add, "Subtract": torch.subtract, "Multiply": torch.multiply, "Divide": torch.divide, "Maximum": torch.maximum,
    "Minimum": torch.minimum, "LogAddExp": torch.logaddexp, "Modulo": torch.remainder, "Power": torch.pow, "Atan2": torch.atan2,
    "StraightThrough": StraightThrough.apply,
    "Equal": lambda a, b: (a == b).to(a.dtype), "Greater": lambda a, b: (a > b).to(a.dtype),
    "GreaterOrEqual": lambda a, b: (a >= b).to(a.dtype), "Less": lambda a, b: (a < b).to(a.dtype),
    "LessOrEqual": lambda a, b: (a <= b).to(a.dtype), "NotEqual": lambda a, b: (a != b).to(a.dtype),
}


# Masked rows and the largest of scattered ones have no function of their own there; the page's entries stand beside the plain ones.
ROWS = {
    "Sum": lambda x: x.sum(), "Mean": lambda x: x.mean(), "CumulativeSum": lambda x: x.cumsum(0), "CumulativeProduct": lambda x: x.cumprod(0),
    "CumulativeMax": lambda x: x.cummax(0).values, "CumulativeMin": lambda x: x.cummin(0).values, "CumulativeLogSumExp": lambda x: x.logcumsumexp(0),
    "Sort": lambda x: x.sort(stable=True).values, "ArgSort": lambda x: x.argsort().to(x.dtype), "Product": lambda x: x.prod(),
    "ArgMax": lambda x: x.argmax().to(x.dtype), "ArgMin": lambda x: x.argmin().to(x.dtype), "Max": lambda x: x.amax(), "Min": lambda x: x.amin(),
    "LogSumExp": lambda x: x.logsumexp(0), "Softmax": lambda x: x.softmax(0), "LogSoftmax": lambda x: x.log_softmax(0), "Norm": lambda x: x.norm(),
    "Standardise": lambda x: torch.nn.functional.layer_norm(x, x.shape, eps=1.0),
    "Variance": lambda x: x.var(unbiased=False), "StandardDeviation": lambda x: x.std(unbiased=False),
}


def number(cell):
    """The value in double of a cell, without the mark of a choice."""
    text = re.sub(r"\(\d+\)", "", cell).split(";")[0].strip().replace("−", "-").replace("∞", "inf")
    size = {"tiny": 1e-310, "huge": sys.float_info.max}
    return -size[text[1:]] if text.startswith("-") and text[1:] in size else size[text] if text in size else float(text)


def same(ours, theirs):
    if math.isnan(ours) or math.isnan(theirs):
        return math.isnan(ours) == math.isnan(theirs)
    if math.isinf(ours) or math.isinf(theirs):
        return ours == theirs
    # The page has four digits; what is below the smallest normal number has fewer.
    return abs(ours - theirs) <= 1e-3 * max(abs(ours), abs(theirs)) + sys.float_info.min


def slopes(function, values, place):
    """Value, slope and second slope with respect to one operand."""
    operands = [torch.tensor(value, dtype=torch.float64, requires_grad=i == place) for i, value in enumerate(values)]
    result = function(*operands)
    found = [result.item(), 0.0, 0.0]
    for order in (1, 2):
        if not result.requires_grad:
            break
        (result,) = torch.autograd.grad(result, operands[place], create_graph=True, allow_unused=True)
        if result is None:
            break
        found[order] = result.item()
    return found


def tables(page):
    """Name, rows and numbered choices of every table of functions."""
    for part in page.split("\n### ")[1:]:
        part = part.split("\n## ")[0]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.split("\n") if line.startswith("|")]
        yield part.split("\n")[0].strip(), rows[2:], dict(re.findall(r"^(\d+)\. .*PyTorch: (.*)\.$", part, re.MULTILINE))


def is_told(choice, ours, theirs):
    """Whether what a choice says of PyTorch is what PyTorch gives."""
    return same(ours if choice == "the same" else number(choice.split(" (")[0]), theirs)


page = open(sys.argv[1], encoding="utf-8").read()
entries, differences, open_ends = 0, 0, []
for name, rows, choices in tables(page):
    function = UNARY.get(name) or BINARY.get(name)
    if function is None:
        open_ends.append(f"{name}: no function of PyTorch is named here")
        continue
    for row in rows:
        count = 1 if name in UNARY else 2
        values = [number(cell) for cell in row[:count]]
        for place in range(count):
            theirs = slopes(function, values, place)
            cells = [row[count]] + row[count + 1 + 2 * place : count + 3 + 2 * place]
            for what, cell, their in zip(("value", "slope", "second slope"), cells, theirs):
                entries += 1
                told = f"{name}({', '.join(row[:count])}) {what} {place}: {cell} here, {their:.4g} there"
                choice = re.search(r"\((\d+)\)", cell)
                if choice and not is_told(choices[choice[1]], number(cell), their):
                    open_ends.append(f"{told}, and choice {choice[1]} says {choices[choice[1]]}")
                if same(number(cell), their):
                    continue
                differences += 1
                if not (choice or (name, row[0]) in OFF_THERE or is_of_a_rule(values, number(cell), their)):
                    open_ends.append(told)


def row(cell):
    return [number(part) for part in cell.strip("()").split(",") if part.strip()]


def row_results(function, values):
    """The result, and the gradient of its elements times 1, 2, …."""
    x = torch.tensor(values, dtype=torch.float64, requires_grad=True)
    result = function(x).reshape(-1)
    if not result.requires_grad:
        return result.tolist(), [0.0] * len(values)
    (gradient,) = torch.autograd.grad((result * torch.arange(1, len(result) + 1)).sum(), x)
    return result.tolist(), (gradient + 0.0).tolist()


for line in page.split("## Functions of rows")[1].split("\n"):
    name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
    # Of nothing PyTorch has an error or NaN, as the head of the page says.
    if name not in ROWS or not row(cells[0]):
        continue
    for what, cell, theirs in zip(("result", "gradient"), cells[1:3], row_results(ROWS[name], row(cells[0]))):
        entries += 1
        if all(same(a, b) for a, b in zip(row(cell), theirs, strict=True)):
            continue
        differences += 1
        if not (cells[3] or any(is_of_a_rule(row(cells[0]) + row(cells[1]), a, b) for a, b in zip(row(cell), theirs))):
            open_ends.append(f"{name}{cells[0]} {what}: {cell} here, {theirs} there")
print(f"{entries} entries of the page of edges, {differences} differ in PyTorch {torch.__version__}")
print("\n".join(open_ends))
sys.exit(1 if open_ends else 0)
