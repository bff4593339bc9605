namespace Autograd.Operations;

/// <summary>A tensor, or a plain number that takes the type of the tensor it meets, in the arithmetic of elementwise functions.</summary>
readonly struct TensorNumber(Tensor? tensor, double number) : ISlopeNumber<TensorNumber>
{
    readonly Tensor? tensor = tensor;
    readonly double number = number;

    public TensorNumber(Tensor tensor)
        : this(tensor, 0)
    {
    }

    /// <summary>The tensor; null for a plain number.</summary>
    public Tensor? Tensor => tensor;

    public static TensorNumber operator +(TensorNumber left, TensorNumber right) => (left.tensor, right.tensor) switch
    {
        (null, null) => left.number + right.number,
        ({ } a, null) => new TensorNumber(a + right.number),
        (null, { } b) => new TensorNumber(left.number + b),
        ({ } a, { } b) => new TensorNumber(a + b),
    };

    public static TensorNumber operator -(TensorNumber left, TensorNumber right) => (left.tensor, right.tensor) switch
    {
        (null, null) => left.number - right.number,
        ({ } a, null) => new TensorNumber(a - right.number),
        (null, { } b) => new TensorNumber(left.number - b),
        ({ } a, { } b) => new TensorNumber(a - b),
    };

    public static TensorNumber operator *(TensorNumber left, TensorNumber right) => (left.tensor, right.tensor) switch
    {
        (null, null) => left.number * right.number,
        ({ } a, null) => new TensorNumber(a * right.number),
        (null, { } b) => new TensorNumber(left.number * b),
        ({ } a, { } b) => new TensorNumber(a * b),
    };

    public static TensorNumber operator /(TensorNumber left, TensorNumber right) => (left.tensor, right.tensor) switch
    {
        (null, null) => left.number / right.number,
        ({ } a, null) => new TensorNumber(a / right.number),
        (null, { } b) => new TensorNumber(left.number / b),
        ({ } a, { } b) => new TensorNumber(a / b),
    };

    public static TensorNumber operator -(TensorNumber value) => value.tensor is { } a ? new TensorNumber(-a) : -value.number;

    public static implicit operator TensorNumber(double value) => new(null, value);

    public static TensorNumber ScaleShift(TensorNumber value, double scale, double shift) =>
        new(Functions.ScaleShift(value.tensor!, scale, shift));

    public static TensorNumber Exp(TensorNumber value) => new(Functions.Exp(value.tensor!));

    public static TensorNumber ExpM1(TensorNumber value) => new(Functions.ExpM1(value.tensor!));

    public static TensorNumber Log1P(TensorNumber value) => new(Functions.Log1P(value.tensor!));

    public static TensorNumber Polygamma(TensorNumber value, int order) => new(Functions.Polygamma(value.tensor!, order));

    public static TensorNumber TimesSlope(TensorNumber vector, TensorNumber slope)
    {
        var (a, b) = Both(vector, slope);
        return new(Functions.TimesSlope(a, b));
    }

    public static TensorNumber OverSlope(TensorNumber vector, TensorNumber divisor)
    {
        var (a, b) = Both(vector, divisor);
        return new(Functions.OverSlope(a, b));
    }

    public static TensorNumber Sin(TensorNumber value) => new(Functions.Sin(value.tensor!));

    public static TensorNumber Cos(TensorNumber value) => new(Functions.Cos(value.tensor!));

    public static TensorNumber Sigmoid(TensorNumber value) => new(Functions.Sigmoid(value.tensor!));

    public static TensorNumber Tanh(TensorNumber value) => new(Functions.Tanh(value.tensor!));

    public static TensorNumber Softplus(TensorNumber value) => new(Functions.Softplus(value.tensor!));

    public static TensorNumber NormalDistribution(TensorNumber value) => new(Functions.NormalDistribution(value.tensor!));

    public static TensorNumber Abs(TensorNumber value) => new(Functions.Abs(value.tensor!));

    public static TensorNumber Log(TensorNumber value) => new(Functions.Log(value.tensor!));

    public static TensorNumber Floor(TensorNumber value) => new(Functions.Floor(value.tensor!));

    public static TensorNumber Round(TensorNumber value) => new(Functions.Round(value.tensor!));

    public static TensorNumber Power(TensorNumber value, TensorNumber exponent)
    {
        if (exponent.tensor is null) return new(Functions.Power(value.tensor!, exponent.number));
        var (a, b) = Both(value, exponent);
        return new(Functions.Power(a, b));
    }

    public static TensorNumber Greater(TensorNumber left, TensorNumber right)
    {
        var (a, b) = Both(left, right);
        return new(Functions.Greater(a, b));
    }

    public static TensorNumber Equal(TensorNumber left, TensorNumber right)
    {
        var (a, b) = Both(left, right);
        return new(Functions.Equal(a, b));
    }

    public static TensorNumber Select(TensorNumber mask, TensorNumber yes, TensorNumber no) =>
        new(Functions.Where(mask.tensor!, Both(yes, mask).Left, Both(no, mask).Left));

    public static TensorNumber Sqrt(TensorNumber value) => new(Functions.Sqrt(value.tensor!));

    public static TensorNumber Maximum(TensorNumber left, TensorNumber right)
    {
        var (a, b) = Both(left, right);
        return new(Functions.Maximum(a, b));
    }

    public static TensorNumber Minimum(TensorNumber left, TensorNumber right)
    {
        var (a, b) = Both(left, right);
        return new(Functions.Minimum(a, b));
    }

    static (Tensor Left, Tensor Right) Both(TensorNumber left, TensorNumber right)
    {
        var type = (left.tensor ?? right.tensor!).ElementType;
        return (left.tensor ?? Tensor.Scalar(left.number, type), right.tensor ?? Tensor.Scalar(right.number, type));
    }
}
