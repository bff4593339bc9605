using System.Numerics;

namespace Autograd.PropertyTests;

/// <summary>sin x, with the slope's sign wrong.</summary>
readonly struct WrongSign : IUnaryFunction
{
    public string Name => nameof(WrongSign);

    public N Value<N>(N x)
        where N : struct, ISlopeNumber<N>
        => N.Sin(x);

    public N Propagate<N>(N vector, N x, N y)
        where N : struct, ISlopeNumber<N>
        => vector * -N.Cos(x);
}

/// <summary>x², with the slope's factor 2 forgotten.</summary>
readonly struct MissingFactor : IUnaryFunction
{
    public string Name => nameof(MissingFactor);

    public N Value<N>(N x)
        where N : struct, ISlopeNumber<N>
        => x * x;

    public N Propagate<N>(N vector, N x, N y)
        where N : struct, ISlopeNumber<N>
        => vector * x;
}

/// <summary>tanh x, with a slope that is off by one part in a hundred thousand.</summary>
readonly struct SmallError : IUnaryFunction
{
    public string Name => nameof(SmallError);

    public N Value<N>(N x)
        where N : struct, ISlopeNumber<N>
        => N.Tanh(x);

    public N Propagate<N>(N vector, N x, N y)
        where N : struct, ISlopeNumber<N>
        => vector * (1.00001 * (1.0 - y * y));
}

/// <summary>left / right, with the slope for the right side lacking its square: −left/right.</summary>
readonly struct MissingSquare : IBinaryFunction
{
    public string Name => nameof(MissingSquare);

    public N Value<N>(N left, N right)
        where N : struct, ISlopeNumber<N>
        => left / right;

    public Tensor? Propagate(in Call call, int argument, Tensor vector) => argument == 0 ? vector / call[1] : -(vector * call.Result);
}

/// <summary>log Σ eˣ, with weights that do not sum to 1.</summary>
readonly struct MissingNormalization : IRowReduction
{
    public string Name => nameof(MissingNormalization);

    public bool AllowsEmpty => true;

    public T Reduce<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
        => default(LogSumExpReduction).Reduce(row);

    public bool ReduceColumns<T>(Span<T> columns, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
        => default(LogSumExpReduction).ReduceColumns(columns, results);

    public Tensor Weights(Tensor x, Tensor result, int first) => Functions.Exp(x);
}
