namespace Autograd.PropertyTests;

/// <summary>A way to make an input a view, or a rearranged copy, of a larger tensor.</summary>
sealed record View(string Name, Func<Tensor, Tensor> Embed, Func<Tensor, Shape, Tensor> Take, Func<Tensor, Tensor> EmbedGradient)
{
    const double Elsewhere = 0.77;

    public static View[] All { get; } =
    [
        new("leading slice", x => Between(x, Elsewhere), (whole, shape) => whole[1..^1].Reshape(shape.Lengths),
            gradient => Between(gradient, 0)),
        new("one of a stack", x => Third(x, Elsewhere), (whole, _) => whole[2], gradient => Third(gradient, 0)),
        new("reshaped", x => x.Reshape(-1, 1), (whole, shape) => whole.Reshape(shape.Lengths), gradient => gradient.Reshape(-1, 1)),
        new("transposed copy", Reversed, (whole, _) => Reversed(whole), Reversed),
    ];

    public override string ToString() => Name;

    // An element before and one after, of a vector that holds the others.
    static Tensor Between(Tensor x, double rest)
    {
        var edge = Tensor.Full([1], rest, x.ElementType);
        return Functions.Concatenate(0, edge, x.Reshape(x.ElementCount), edge).Detach();
    }

    static Tensor Third(Tensor x, double rest)
    {
        var other = Tensor.Full(x.Shape, rest, x.ElementType);
        return Functions.Stack([other, other, x, other]);
    }

    static Tensor Reversed(Tensor x) => Functions.Permute(x, [.. Enumerable.Range(0, x.Rank).Reverse()]);
}
