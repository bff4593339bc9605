using System.Numerics;

namespace Autograd.Operations;

/// <summary>A function of two numbers that is applied to what it gave before and to the next element.</summary>
interface IRunningFunction
{
    string Name { get; }

    /// <summary>f as an operation.</summary>
    ElementwiseOperation Combination { get; }

    /// <summary>The number that counts for nothing: f(neutral, x) = x.</summary>
    double Neutral { get; }

    /// <summary>y = f(before, x), row by row.</summary>
    void Next<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>
    /// How much the result before and the element contribute, ∂y/∂before and ∂y/∂x. At the first place the former counts for nothing.
    /// </summary>
    (Tensor Before, Tensor Own) Shares(Tensor x, Tensor y, int axis);
}

/// <summary>What a running operation does, and along which axis.</summary>
interface IRunningOperation
{
    IRunningFunction Function { get; }

    int Axis { get; }
}

/// <summary>
/// y[i] = f(y[i − 1], x[i]) along an axis, y[0] = x[0]. Tangents and cotangents run through it as through any linear recurrence, so both
/// modes and all orders follow from the shares.
/// </summary>
sealed class RunningOperation<TFunction>(int axis) : Operation, IRunningOperation
    where TFunction : struct, IRunningFunction
{
    readonly int axis = axis;

    public override string Name => default(TFunction).Name;

    public IRunningFunction Function => default(TFunction);

    public int Axis => axis;

    public static Tensor Apply(Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Dispatcher.Apply(new RunningOperation<TFunction>(ShapeRules.Axis(default(TFunction).Name, x.Shape, axis)), x);
    }

    public override bool IsSameAs(RecordedOperation other) => other is RunningOperation<TFunction> same && axis == same.axis;

    public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) => hasRows[0] && axis > 0;

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

    public override Tensor Map(MappedCall call) => Dispatcher.Apply(new RunningOperation<TFunction>(axis + 1), call[0]);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
        else Compute<double>(operands[0], result);
    }

    public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
    {
        if (call.Result.ElementCount == 0) return null;
        var (before, own) = default(TFunction).Shares(call[0], call.Result, axis);
        var time = new ScanAxis(axis, fromEnd: false);
        return Functions.TimesSlope(LinearScanOperation.Apply(axis, true, time.After(before), cotangent), own);
    }

    public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
    {
        if (call.Result.ElementCount == 0) return null;
        var (before, own) = default(TFunction).Shares(call[0], call.Result, axis);
        return LinearScanOperation.Apply(axis, false, before, Functions.TimesSlope(tangents[0]!, own));
    }

    void Compute<T>(Tensor x, Tensor result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = x.Shape.Product(axis + 1, x.Rank), block = x.Shape.Lengths[axis] * width;
        var source = x.ReadSpan<T>();
        var target = result.WriteSpan<T>();
        for (int start = 0; start < target.Length; start += block)
        {
            source.Slice(start, width).CopyTo(target[start..]);
            for (int i = start + width; i < start + block; i += width)
                default(TFunction).Next<T>(target.Slice(i - width, width), source.Slice(i, width), target.Slice(i, width));
        }
    }
}
