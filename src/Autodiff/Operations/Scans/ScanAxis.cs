namespace Autograd.Operations;

/// <summary>The axis along which something runs, and its direction: parts of a tensor by their place in time.</summary>
readonly struct ScanAxis(int axis, bool fromEnd)
{
    public Tensor First(Tensor x) => Functions.Slice(x, axis, fromEnd ? x.Shape.Lengths[axis] - 1 : 0, 1);

    public Tensor AllButFirst(Tensor x) => Functions.Slice(x, axis, fromEnd ? 0 : 1, x.Shape.Lengths[axis] - 1);

    public Tensor AllButLast(Tensor x) => Functions.Slice(x, axis, fromEnd ? 1 : 0, x.Shape.Lengths[axis] - 1);

    /// <summary>What is first, and then the rest.</summary>
    public Tensor Join(Tensor first, Tensor rest) =>
        fromEnd ? Functions.Concatenate(axis, rest, first) : Functions.Concatenate(axis, first, rest);

    /// <summary>At each place what is at the place before; at the first a number.</summary>
    public Tensor Before(Tensor x, double first) => Join(OfOne(x, first), AllButLast(x));

    /// <summary>At each place what is at the place after; at the last something that nobody reads.</summary>
    public Tensor After(Tensor x) => new ScanAxis(axis, !fromEnd).Before(x, 0);

    /// <summary>Zeros for the first place.</summary>
    public Tensor Nothing(Tensor x) => OfOne(x, 0);

    /// <summary>One place of zeros, or of another number.</summary>
    public Tensor OfOne(Tensor x, double number) => Tensor.Full(x.Shape.With(axis, 1), number, x.ElementType);

    /// <summary>A state as one place.</summary>
    public Tensor WithAxis(Tensor state) =>
        Functions.Reshape(state, [.. state.Shape.Lengths[..axis], 1, .. state.Shape.Lengths[axis..]]);

    /// <summary>One place as a state.</summary>
    public Tensor WithoutAxis(Tensor place) => Functions.Reshape(place, Reduction.Without(place.Shape, axis, 1).Lengths);
}
