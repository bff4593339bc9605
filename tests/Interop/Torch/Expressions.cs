using static Autograd.Functions;

namespace Autograd.Interop;

/// <summary>One expression twice: as PyTorch writes it, and as it is written here. Both are of the tensors of
/// <see cref="Operands"/>.</summary>
sealed record Expression(string Python, Func<Operands, Tensor> Value);

/// <summary>Expressions of every operation that PyTorch has too, at points where both have slopes.</summary>
static class Expressions
{
    static readonly Tensor NotAbove = Reshape(Tensor.From([1.0, 0, 0, 1, 1, 0, 1, 1, 1]), 3, 3),
        Below = NotAbove - Tensor.Identity(3, ElementType.Float64);

    public static IReadOnlyList<Expression> All { get; } =
        [.. Unary(), .. Binary(), .. Rows(), .. Products(), .. Shapes(), .. Matrices(), .. Losses()];

    static IEnumerable<Expression> Unary() =>
    [
        new("x.abs()", o => Abs(o.X)), new("x.clamp(-0.5, 0.8)", o => Clamp(o.X, -0.5, 0.8)), new("x.cos()", o => Cos(o.X)),
        new("x.sin()", o => Sin(o.X)), new("(x / 2).tan()", o => Tan(o.X / 2)), new("x.tanh()", o => Tanh(o.X)),
        new("x.sigmoid()", o => Sigmoid(o.X)),
        new("F.elu(x, 0.7)", o => Elu(o.X, 0.7)), new("F.gelu(x)", o => ExactGelu(o.X)),
        new("F.gelu(x, approximate='tanh')", o => Gelu(o.X)),
        new("x.erf()", o => Erf(o.X)), new("x.exp()", o => Exp(o.X)), new("x.expm1()", o => ExpM1(o.X)), new("p.log()", o => Log(o.P)),
        new("p.log1p()", o => Log1P(o.P)), new("F.leaky_relu(x, 0.2)", o => LeakyRelu(o.X, 0.2)), new("p.lgamma()", o => LogGamma(o.P)),
        new("p.digamma()", o => Digamma(o.P)), new("torch.polygamma(2, p)", o => Polygamma(o.P, 2)),
        new("F.logsigmoid(x)", o => LogSigmoid(o.X)),
        new("x ** 3", o => Power(o.X, 3)), new("p ** 1.7", o => Power(o.P, 1.7)), new("p ** -0.5", o => Power(o.P, -0.5)),
        new("1 / p", o => Reciprocal(o.P)),
        new("F.relu(x)", o => Relu(o.X)), new("F.silu(x)", o => Silu(o.X)), new("F.softplus(x)", o => Softplus(o.X)),
        new("F.softsign(x)", o => Softsign(o.X)),
        new("p.sqrt()", o => Sqrt(o.P)), new("x.square()", o => Square(o.X)), new("x * x.sign()", o => o.X * Sign(o.X)),
        new("x - x.floor()", o => o.X - Floor(o.X)), new("x * x.round()", o => o.X * Round(o.X)),
        new("x * x.ceil()", o => o.X * Ceiling(o.X)),
        new("3 - 2 * x", o => 3 - 2 * o.X), new("-x / 3", o => -o.X / 3),
    ];

    static IEnumerable<Expression> Binary() =>
    [
        new("x + y * p", o => o.X + o.Y * o.P), new("x / p", o => o.X / o.P), new("x - v", o => o.X - o.V), new("x * v", o => o.X * o.V),
        new("x / (v.square() + 1)", o => o.X / (Square(o.V) + 1)), new("p ** x", o => Power(o.P, o.X)),
        new("torch.maximum(x, y)", o => Maximum(o.X, o.Y)),
        new("torch.minimum(x, v)", o => Minimum(o.X, o.V)), new("torch.logaddexp(x, y)", o => LogAddExp(o.X, o.Y)),
        new("torch.remainder(x, p)", o => Modulo(o.X, o.P)), new("torch.atan2(x, y)", o => Atan2(o.X, o.Y)),
        new("torch.atan2(y, v)", o => Atan2(o.Y, o.V)),
        new("torch.where(x > y, x.exp(), y.sin())", o => Where(Greater(o.X, o.Y), Exp(o.X), Sin(o.Y))),
        new("torch.where(x > 0, p.log(), x * y)", o => Where(Greater(o.X, 0.0), Log(o.P), o.X * o.Y)),
        new("x * (y < 0.3)", o => o.X * Less(o.Y, 0.3)),
        new("x.tanh() * y.sigmoid() + p.sqrt()", o => Tanh(o.X) * Sigmoid(o.Y) + Sqrt(o.P)),
        new("(x * y).sin() / (1 + p)", o => Sin(o.X * o.Y) / (1 + o.P)),
        new("x.exp() / (y.exp() + x.exp())", o => Exp(o.X) / (Exp(o.Y) + Exp(o.X))),
        new("torch.hypot(x, p)", o => Sqrt(Square(o.X) + Square(o.P))), new("torch.lerp(x, y, 0.3)", o => o.X + 0.3 * (o.Y - o.X)),
        new("torch.addcmul(x, y, p, value=2)", o => o.X + 2 * o.Y * o.P), new("x.detach() * y", o => StopGradient(o.X) * o.Y),
        new("torch.xlogy(p, p)", o => o.P * Log(o.P)), new("torch.sinc(p)", o => Sin(Math.PI * o.P) / (Math.PI * o.P)),
    ];

    static IEnumerable<Expression> Rows() =>
    [
        new("x.sum()", o => Sum(o.X)), new("b.sum(1)", o => Sum(o.B, 1)), new("b.sum((0, 2))", o => Sum(o.B, 0, 2)),
            new("x.mean(0)", o => Mean(o.X, 0)),
        new("b.mean((1, 2), keepdim=True) * b", o => MeanKeepingAxes(o.B, 1, 2) * o.B), new("x.prod(1)", o => Product(o.X, 1)),
        new("p.prod()", o => Product(o.P)),
        new("x.amax(1)", o => Max(o.X, 1)), new("b.amin((0, 1))", o => Min(o.B, 0, 1)), new("x.logsumexp(1)", o => LogSumExp(o.X, 1)),
        new("b.logsumexp((0, 2))", o => LogSumExp(o.B, 0, 2)), new("x.softmax(1)", o => Softmax(o.X)),
        new("b.softmax(1)", o => Softmax(o.B, 1)),
        new("x.log_softmax(1)", o => LogSoftmax(o.X)), new("b.log_softmax(0)", o => LogSoftmax(o.B, 0)),
        new("x.norm(dim=1)", o => Norm(o.X, 1)),
        new("b.norm()", o => Norm(o.B)), new("x.var(1, unbiased=False)", o => Variance(o.X, 1)),
        new("b.std((0, 2), unbiased=False)", o => StandardDeviation(o.B, 0, 2)),
        new("x.cumsum(1)", o => CumulativeSum(o.X, 1)), new("b.cumsum(0)", o => CumulativeSum(o.B, 0)),
        new("x.cumprod(1)", o => CumulativeProduct(o.X, 1)),
        new("x.cummax(1).values", o => CumulativeMax(o.X, 1)), new("b.cummin(1).values", o => CumulativeMin(o.B, 1)),
        new("x.logcumsumexp(1)", o => CumulativeLogSumExp(o.X, 1)),
        new("x.sort(1).values * torch.arange(1., 5.)", o => Sort(o.X) * Tensor.From([1.0, 2, 3, 4])),
        new("b.sort(1, descending=True).values.square()", o => Square(Sort(o.B, 1, descending: true))),
        new("x.topk(2).values.square()", o => Square(TopK(o.X, 2))),
        new("F.layer_norm(x, (4,), eps=0)", o => (o.X - MeanKeepingAxes(o.X, 1))
            / Sqrt(MeanKeepingAxes(Square(o.X - MeanKeepingAxes(o.X, 1)), 1))),
        new("F.layer_norm(x, (4,), eps=0.1)", o => Standardise(o.X, 0.1)),
        new("x / x.norm(dim=1, keepdim=True)", o => o.X / Reshape(Norm(o.X, 1), 3, 1)),
        new("x.masked_fill(y > 0.2, -math.inf).logsumexp(0)", o => MaskedLogSumExp(o.X, LessOrEqual(o.Y, 0.2), 0)),
        new("torch.nan_to_num(x.masked_fill(y > 0.4, -math.inf).softmax(1))", o => MaskedSoftmax(o.X, LessOrEqual(o.Y, 0.4))),
    ];

    static IEnumerable<Expression> Products() =>
    [
        new("x @ m", o => MatMul(o.X, o.M)), new("x.T @ y", o => MatMul(o.X, o.Y, transposeLeft: true)),
            new("x @ y.T", o => MatMul(o.X, o.Y, transposeRight: true)),
        new("b @ c", o => MatMul(o.B, o.C)), new("b @ m", o => MatMul(o.B, o.M)), new("x @ v", o => MatVec(o.X, o.V)),
        new("(b @ v).tanh()", o => Tanh(MatVec(o.B, o.V))),
        new("torch.einsum('ij,kj->ik', x, y)", o => Einsum("ij,kj->ik", o.X, o.Y)),
        new("torch.einsum('ij,ij->', x, y)", o => Einsum("ij,ij->", o.X, o.Y)),
        new("torch.einsum('bij,bjk->bik', b, c)", o => Einsum("bij,bjk->bik", o.B, o.C)),
        new("torch.einsum('i,j->ij', v, v)", o => Einsum("i,j->ij", o.V, o.V)),
        new("torch.einsum('ii->i', s)", o => Einsum("ii->i", o.S)), new("torch.einsum('ii', s)", o => Einsum("ii", o.S)),
        new("torch.einsum('bij,j->bi', b, v)", o => Einsum("bij,j->bi", o.B, o.V)),
        new("torch.einsum('...ij,jk->...ik', b, m)", o => Einsum("...ij,jk->...ik", o.B, o.M)),
        new("torch.einsum('bij,bkj,j->ik', b, b, v)", o => Einsum("bij,bkj,j->ik", o.B, o.B, o.V)),
        new("torch.einsum('ij->ji', x) @ y", o => MatMul(Einsum("ij->ji", o.X), o.Y)),
        new("F.linear(x, m.T)", o => Affine(o.X, o.M, Tensor.Zeros([5], ElementType.Float64))),
        new("torch.outer(v, v).sin()", o => Sin(Einsum("i,j->ij", o.V, o.V))),
        new("F.conv1d(b.transpose(1, 2), m[None].permute(2, 1, 0)).transpose(1, 2)", o => Convolution(o.B, Reshape(o.M, 1, 4, 5))),
        new("(x @ m).softmax(1) @ m.T", o => MatMul(Softmax(MatMul(o.X, o.M)), o.M, transposeRight: true)),
        new("(x @ y.T / 2).softmax(1) @ x", o => MatMul(Softmax(MatMul(o.X, o.Y, transposeRight: true) / 2), o.X)),
    ];

    static IEnumerable<Expression> Shapes() =>
    [
        new("b.permute(2, 0, 1).square()", o => Square(Permute(o.B, 2, 0, 1))),
            new("b.transpose(0, 1) * x[:, None]", o => SwapAxes(o.B, 0, 1) * Reshape(o.X, 3, 1, 4)),
        new("b.reshape(6, 4) @ m", o => MatMul(Reshape(o.B, 6, 4), o.M)), new("x.flip(1) * x", o => Flip(o.X, 1) * o.X),
        new("x[1:].exp()", o => Exp(o.X[1..])), new("x[:, 1:4:2].sin()", o => Sin(Slice(o.X, 1, 1, 2, 2))),
        new("b[1] * x", o => At(o.B, 1) * o.X),
        new("torch.cat([x, y], 1).square()", o => Square(Concatenate(1, o.X, o.Y))),
        new("torch.cat([x, p, x]).tanh()", o => Tanh(Concatenate(0, o.X, o.P, o.X))),
        new("torch.stack([x, y], 1).prod(1)", o => Product(Stack([o.X, o.Y], 1), 1)),
        new("x.unbind(1)[2] * x.unbind(1)[0]", o => Unstack(o.X, 1)[2] * Unstack(o.X, 1)[0]),
        new("F.pad(x, (1, 2)).cos()", o => Cos(Pad(o.X, 1, 1, 2))), new("v.expand(3, 4) * x", o => BroadcastTo(o.V, [3, 4]) * o.X),
        new("x.repeat(1, 3).square()", o => Square(Repeat(o.X, 3, 1))),
        new("x[[2, 0, 2, 1]].square()", o => Square(GatherRows(o.X, [2, 0, 2, 1]))),
        new("torch.zeros(2, 4, dtype=x.dtype).index_add(0, torch.tensor([1, 0, 1]), x).square()",
            o => Square(ScatterRows(o.X, [1, 0, 1], 2))),
        new("x.gather(1, torch.tensor([[1, 3], [0, 0], [2, 1]])).exp()", o => Exp(GatherAlong(o.X, [1, 3, 0, 0, 2, 1], 2))),
        new("x.roll(1, 1) * y", o => Concatenate(1, Slice(o.X, 1, 3, 1), Slice(o.X, 1, 0, 3)) * o.Y),
        new("s.tril() @ s", o => MatMul(o.S * NotAbove, o.S)),
        new("s.tril(-1) @ s", o => MatMul((o.S * Below), o.S)), new("s.diagonal().prod()", o => Product(Einsum("ii->i", o.S))),
        new("b.movedim(2, 0).sum(1).square()", o => Square(Sum(MoveAxis(o.B, 2, 0), 1))),
        new("x.unfold(1, 2, 1).prod(2)", o => Slice(o.X, 1, 0, 3) * Slice(o.X, 1, 1, 3)),
    ];

    static IEnumerable<Expression> Matrices() =>
    [
        new("torch.linalg.solve(q, x.T)", o => Solve(o.Q, Transpose(o.X))), new("torch.linalg.inv(q)", o => Inverse(o.Q)),
            new("torch.linalg.cholesky(s)", o => Cholesky(o.S)),
        new("torch.cholesky_solve(x, torch.linalg.cholesky(s))", o => SolvePositiveDefinite(o.S, o.X)),
        new("torch.logdet(s)", o => LogDeterminant(o.S)),
        new("torch.matrix_exp(q / 3)", o => MatrixExponential(o.Q / 3)), new("torch.linalg.svdvals(x)", o => SingularValues(o.X)),
        new("torch.linalg.eigvalsh(s)", o => SymmetricEigen(o.S).Values), new("torch.linalg.qr(q).R.abs()", o => Abs(Qr(o.Q).R)),
        new("torch.linalg.qr(q).Q.square()", o => Square(Qr(o.Q).Q)),
        new("torch.linalg.solve_triangular(s.tril(), x, upper=False)", o => TriangularSolve(o.S * NotAbove, o.X)),
        new("torch.linalg.solve(x.T @ x + 0.1 * torch.eye(4, dtype=x.dtype), x.T @ y)", o => LeastSquares(o.X, o.Y, 0.1)),
        new("(torch.linalg.eigh(s).eigenvectors).square()", o => Square(SymmetricEigen(o.S).Vectors)),
        new("torch.linalg.det(q)", o => Det(o.Q)),
    ];

    static IEnumerable<Expression> Losses() =>
    [
        new("F.mse_loss(x, y)", o => Mean(Square(o.X - o.Y))),
            new("F.cross_entropy(x, torch.tensor([1, 3, 0]))", o => -Mean(GatherAlong(LogSoftmax(o.X), [1, 3, 0]))),
        new("F.binary_cross_entropy_with_logits(x, y.sigmoid())", o => Mean(Softplus(o.X) - o.X * Sigmoid(o.Y))),
        new("F.smooth_l1_loss(x, y)", o => Huber(o.X - o.Y)),
        new("F.kl_div(x.log_softmax(1), y.softmax(1), reduction='sum')", o => Sum(Softmax(o.Y) * (LogSoftmax(o.Y) - LogSoftmax(o.X)))),
        new("F.nll_loss(x.log_softmax(1), torch.tensor([0, 2, 2]), reduction='sum')", o => -Sum(GatherAlong(LogSoftmax(o.X), [0, 2, 2]))),
        new("F.cosine_similarity(x, y)", o => Sum(o.X * o.Y, 1) / (Norm(o.X, 1) * Norm(o.Y, 1))),
        new("F.gaussian_nll_loss(x, y, p)", o => 0.5 * Mean(Log(o.P) + Square(o.X - o.Y) / o.P)),
    ];

    // By the determinant's own expansion along the first row of a matrix of four rows would be long; a product of pivots is short.
    static Tensor Det(Tensor q)
    {
        var product = q[0][0];
        var rest = q;
        for (int n = q.Shape[0]; n > 1; n--)
        {
            var (pivot, row) = (rest[0][0], Slice(rest, 1, 1, n - 1)[..1]);
            rest = Slice(rest, 1, 1, n - 1)[1..] - MatMul(Slice(rest, 1, 0, 1)[1..], row) / pivot;
            product *= rest[0][0];
        }
        return product;
    }

    static Tensor Huber(Tensor difference)
    {
        var size = Abs(difference);
        return Mean(Where(Less(size, 1.0), 0.5 * Square(difference), size - 0.5));
    }
}
