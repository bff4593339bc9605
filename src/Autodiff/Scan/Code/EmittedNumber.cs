namespace Autograd.Scan;

/// <summary>The arithmetic of elementwise functions, read as instructions of a kernel.</summary>
internal readonly struct EmittedNumber(KernelBuilder? builder, int instruction, double number = 0) : ILaneNumber<EmittedNumber>
{
    readonly KernelBuilder? builder = builder;
    readonly int instruction = instruction;
    readonly double number = number;

    /// <summary>The instruction that gives this number.</summary>
    public int In(KernelBuilder kernel) => builder is null ? kernel.Apply(KernelOp.Constant, 0, number: number) : instruction;

    public static EmittedNumber operator +(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Add, left, right, left.number + right.number);

    public static EmittedNumber operator -(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Subtract, left, right, left.number - right.number);

    public static EmittedNumber operator *(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Multiply, left, right, left.number * right.number);

    public static EmittedNumber operator /(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Divide, left, right, left.number / right.number);

    public static EmittedNumber operator -(EmittedNumber value) => -0.0 - value;

    public static implicit operator EmittedNumber(double value) => new(null, 0, value);

    public static EmittedNumber ScaleShift(EmittedNumber value, double scale, double shift)
    {
        if (scale == -1) return shift - value;
        var product = scale == 1 ? value : value * scale;
        return shift == 0 && double.IsNegative(shift) ? product : product + shift;
    }

    public static EmittedNumber Abs(EmittedNumber value) => One(KernelOp.Abs, value, Math.Abs(value.number));

    public static EmittedNumber Sqrt(EmittedNumber value) => One(KernelOp.Sqrt, value, Math.Sqrt(value.number));

    public static EmittedNumber Log(EmittedNumber value) => One(KernelOp.Log, value, Math.Log(value.number));

    public static EmittedNumber Sin(EmittedNumber value) => One(KernelOp.Sin, value, Math.Sin(value.number));

    public static EmittedNumber Cos(EmittedNumber value) => One(KernelOp.Cos, value, Math.Cos(value.number));

    public static EmittedNumber Floor(EmittedNumber value) => One(KernelOp.Floor, value, Math.Floor(value.number));

    public static EmittedNumber Round(EmittedNumber value) => One(KernelOp.Round, value, Math.Round(value.number));

    public static EmittedNumber Power(EmittedNumber value, EmittedNumber exponent) =>
        Both(KernelOp.Power, value, exponent, Math.Pow(value.number, exponent.number));

    public static EmittedNumber Maximum(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Maximum, left, right, Math.Max(left.number, right.number));

    public static EmittedNumber Minimum(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Minimum, left, right, Math.Min(left.number, right.number));

    public static EmittedNumber Greater(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Greater, left, right, left.number > right.number ? 1 : 0);

    public static EmittedNumber Equal(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Equal, left, right, left.number == right.number ? 1 : 0);

    public static EmittedNumber Select(EmittedNumber mask, EmittedNumber yes, EmittedNumber no)
    {
        var kernel = mask.builder ?? yes.builder ?? no.builder!;
        return new(kernel, kernel.Apply(KernelOp.Select, mask.In(kernel), yes.In(kernel), no.In(kernel)));
    }

    public static EmittedNumber Sigmoid(EmittedNumber value) => One(KernelOp.Sigmoid, value, 1 / (1 + Math.Exp(-value.number)));

    public static EmittedNumber Tanh(EmittedNumber value) => One(KernelOp.Tanh, value, Math.Tanh(value.number));

    public static EmittedNumber NormalDistribution(EmittedNumber value)
    {
        // Of a plain number it is asked nowhere, so it need not be folded.
        var kernel = value.builder ?? throw new NotSupportedException("The normal distribution function of a plain number is not emitted.");
        return new(kernel, kernel.Apply(KernelOp.NormalDistribution, value.instruction));
    }

    public static EmittedNumber Exp(EmittedNumber value) => One(KernelOp.Exp, value, Math.Exp(value.number));

    public static EmittedNumber ExpM1(EmittedNumber value) =>
        One(KernelOp.ExpM1, value,
            Math.Abs(value.number) < 1e-5 ? value.number + value.number * value.number / 2 : Math.Exp(value.number) - 1);

    public bool IsSingle => builder!.IsSingle;

    public static EmittedNumber MultiplyAdd(EmittedNumber left, EmittedNumber right, EmittedNumber addend)
    {
        var kernel = left.builder ?? right.builder ?? addend.builder!;
        return new(kernel, kernel.Apply(KernelOp.MultiplyAdd, left.In(kernel), right.In(kernel), addend.In(kernel)));
    }

    public static EmittedNumber MaximumNative(EmittedNumber left, EmittedNumber right) => Both(KernelOp.MaximumNative, left, right);

    public static EmittedNumber MinimumNative(EmittedNumber left, EmittedNumber right) => Both(KernelOp.MinimumNative, left, right);

    public static EmittedNumber CopySign(EmittedNumber value, EmittedNumber sign) => Both(KernelOp.CopySign, value, sign);

    public static EmittedNumber SinBeyond(EmittedNumber x, EmittedNumber near) => Both(KernelOp.SinBeyond, x, near);

    public static EmittedNumber CosBeyond(EmittedNumber x, EmittedNumber near) => Both(KernelOp.CosBeyond, x, near);

    public static EmittedNumber ScaleByPowerOfTwo(EmittedNumber value, EmittedNumber shifted) =>
        Both(KernelOp.ScaleByPowerOfTwo, value, shifted);

    public static EmittedNumber ShiftedExponent(EmittedNumber x) => One(KernelOp.ShiftedExponent, x, double.NaN);

    public static EmittedNumber Mantissa(EmittedNumber x) => One(KernelOp.Mantissa, x, double.NaN);

    internal static EmittedNumber Both(KernelOp op, EmittedNumber left, EmittedNumber right, double folded = 0)
    {
        if ((left.builder ?? right.builder) is not { } kernel) return folded;
        return new(kernel, kernel.Apply(op, left.In(kernel), right.In(kernel)));
    }

    static EmittedNumber One(KernelOp op, EmittedNumber value, double folded) =>
        value.builder is { } kernel ? new EmittedNumber(kernel, kernel.Apply(op, value.instruction)) : folded;
}
