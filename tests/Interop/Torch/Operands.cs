namespace Autograd.Interop;

/// <summary>What the expressions are of: any numbers (x, y, v, m, b, c), positive ones (p), a symmetric positive definite matrix (s) and
/// one near 2·I (q).</summary>
sealed record Operands(Tensor X, Tensor Y, Tensor P, Tensor V, Tensor M, Tensor B, Tensor C, Tensor S, Tensor Q)
{
    public static string[] Names { get; } = ["x", "y", "p", "v", "m", "b", "c", "s", "q"];

    public Tensor[] All => [X, Y, P, V, M, B, C, S, Q];

    public static Operands Of(Tensor[] all) => new(all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7], all[8]);

    /// <summary>In double, all different, so that there are no ties.</summary>
    public static Operands Draw(RandomKey key)
    {
        int next = 0;
        Tensor Normal(Shape shape) => key.At(next++).Normal(shape, type: ElementType.Float64);
        var (x, y, root) = (Normal([3, 4]), Normal([3, 4]), Normal([3, 3]));
        var identity = Tensor.Identity(4, ElementType.Float64);
        return new(x, y, Functions.Exp(0.4 * Normal([3, 4])), Normal([4]), Normal([4, 5]), Normal([2, 3, 4]), Normal([2, 4, 3]),
            Functions.MatMul(root, root, transposeRight: true) + Tensor.Identity(3, ElementType.Float64),
            0.3 * Normal([4, 4]) + 2 * identity);
    }
}
