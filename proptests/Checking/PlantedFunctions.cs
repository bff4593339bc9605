using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.PropertyTests;

/// <summary>sin x, with the slope's sign wrong.</summary>
internal readonly struct WrongSign : IUnaryFunction
{
    public string Name => nameof(WrongSign);

    public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Sin(x, y);

    public N Slope<N>(N x, N y)
        where N : struct, ISlopeNumber<N>
        => -N.Cos(x);
}

/// <summary>x², with the slope's factor 2 forgotten.</summary>
internal readonly struct MissingFactor : IUnaryFunction
{
    public string Name => nameof(MissingFactor);

    public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Multiply(x, x, y);

    public N Slope<N>(N x, N y)
        where N : struct, ISlopeNumber<N>
        => x;
}

/// <summary>tanh x, with a slope that is off by one part in a hundred thousand.</summary>
internal readonly struct SmallError : IUnaryFunction
{
    public string Name => nameof(SmallError);

    public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Tanh(x, y);

    public N Slope<N>(N x, N y)
        where N : struct, ISlopeNumber<N>
        => 1.00001 * (1.0 - y * y);
}

/// <summary>left / right, with the slope for the right side lacking its square: −left/right.</summary>
internal readonly struct MissingSquare : IBinaryFunction
{
    public string Name => nameof(MissingSquare);

    public void Evaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Divide(left, right, result);

    public void Evaluate<T>(ReadOnlySpan<T> left, T right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Divide(left, right, result);

    public void Evaluate<T>(T left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Divide(left, right, result);

    public Tensor? Propagate(in Call call, int argument, Tensor vector) => argument == 0 ? vector / call[1] : -(vector * call.Result);
}

/// <summary>log Σ eˣ, with weights that do not sum to 1.</summary>
internal readonly struct MissingNormalization : IRowReduction
{
    public string Name => nameof(MissingNormalization);

    public bool AllowsEmpty => true;

    public T Reduce<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
        => default(LogSumExpReduction).Reduce(row);

    public Tensor Weights(Tensor x, Tensor result, int first) => Functions.Exp(x);
}
