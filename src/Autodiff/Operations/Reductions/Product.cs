namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Product over some axes, or over all if none is named. The empty product is 1. Formed by multiplying halves, so that the slope, the
    /// product of the other elements, is exact even at zeros, to every order.
    /// </summary>
    public static Tensor Product(Tensor x, params ReadOnlySpan<int> axes) =>
        Reduction.Over("Product", x, axes, keepAxes: false, MultiplyHalves, Reduction.Ability.Innermost);

    static Tensor MultiplyHalves(Tensor x, int first, int count)
    {
        int length = x.Shape.Product(first, first + count);
        var result = Reduction.Without(x.Shape, first, count);
        // One that depends on x, so that it is recorded and symbolic as any other product is.
        if (length == 0) return SumOperation.Apply(x, first, count) + 1;
        var rows = Permute(Reshape(x, [result.ElementCount, length]), 1, 0);
        while (rows.Shape[0] > 1)
        {
            int half = rows.Shape[0] / 2;
            var product = rows[..half] * rows[half..(2 * half)];
            rows = rows.Shape[0] % 2 == 0 ? product : Concatenate(0, product, rows[(2 * half)..]);
        }
        return Reshape(rows, result.Lengths);
    }
}
