using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>
/// Two cells as a bidirectional layer, and the same two with their directions exchanged, over the same sequences turned around.
/// </summary>
sealed record ReversalTrial(Func<Tensor, int[], Tensor> AB, Func<Tensor, int[], Tensor> BA, Tensor X, int[] Lengths)
{
    public static ReversalTrial Of(Draw draw, CellKind kind) => kind.Reversal(draw);

    public (Tensor Straight, Tensor Mirrored) Outputs()
    {
        var straight = AB(X, Lengths);
        var turned = BA(Turn(X), Lengths);
        return (straight, Turn(Swap(turned)));
    }

    public override string ToString() => $"x {X.Shape}, lengths [{string.Join(", ", Lengths)}]";

    Tensor Turn(Tensor x) => Lengths.Length == 0 ? Functions.Flip(x, 0) : Functions.ReverseSequences(x, Lengths);

    static Tensor Swap(Tensor x)
    {
        int half = x.Shape[2] / 2;
        return Functions.Concatenate(-1, Functions.Slice(x, -1, half, half), Functions.Slice(x, -1, 0, half));
    }
}
