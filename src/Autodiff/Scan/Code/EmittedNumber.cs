using Plain = Autograd.Kernels.VectorNumber<double>;

namespace Autograd.Scan;

/// <summary>
/// The arithmetic of elementwise functions, read as instructions of a kernel. What is computed from plain numbers alone is computed at
/// once, with the bits of double spans.
/// </summary>
readonly struct EmittedNumber(KernelBuilder? builder, int instruction, double number = 0) : ILaneNumber<EmittedNumber>
{
    readonly KernelBuilder? builder = builder;
    readonly int instruction = instruction;
    readonly double number = number;

    /// <summary>The instruction that gives this number.</summary>
    public int In(KernelBuilder kernel) => builder is null ? kernel.Apply(KernelOp.Constant, 0, number: number) : instruction;

    public static EmittedNumber operator +(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Add, left, right, static (a, b) => a + b);

    public static EmittedNumber operator -(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Subtract, left, right, static (a, b) => a - b);

    public static EmittedNumber operator *(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Multiply, left, right, static (a, b) => a * b);

    public static EmittedNumber operator /(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Divide, left, right, static (a, b) => a / b);

    public static EmittedNumber operator -(EmittedNumber value) => -0.0 - value;

    public static implicit operator EmittedNumber(double value) => new(null, 0, value);

    public static EmittedNumber ScaleShift(EmittedNumber value, double scale, double shift)
    {
        if (scale == -1) return shift - value;
        var product = scale == 1 ? value : value * scale;
        return shift == 0 && double.IsNegative(shift) ? product : product + shift;
    }

    public static EmittedNumber Constant(EmittedNumber like, double value) =>
        like.builder is { } kernel ? kernel.Constant(value) : value;

    public static EmittedNumber Abs(EmittedNumber value) => One(KernelOp.Abs, value, Plain.Abs);

    public static EmittedNumber Sqrt(EmittedNumber value) => One(KernelOp.Sqrt, value, Plain.Sqrt);

    public static EmittedNumber Log(EmittedNumber value) => One(KernelOp.Log, value, Plain.Log);

    public static EmittedNumber Sin(EmittedNumber value) => One(KernelOp.Sin, value, Plain.Sin);

    public static EmittedNumber Cos(EmittedNumber value) => One(KernelOp.Cos, value, Plain.Cos);

    public static EmittedNumber Floor(EmittedNumber value) => One(KernelOp.Floor, value, Plain.Floor);

    public static EmittedNumber Round(EmittedNumber value) => One(KernelOp.Round, value, Plain.Round);

    public static EmittedNumber Power(EmittedNumber value, EmittedNumber exponent) =>
        Both(KernelOp.Power, value, exponent, Plain.Power);

    public static EmittedNumber Maximum(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Maximum, left, right, Plain.Maximum);

    public static EmittedNumber Minimum(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Minimum, left, right, Plain.Minimum);

    public static EmittedNumber Greater(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Greater, left, right, Plain.Greater);

    public static EmittedNumber Equal(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.Equal, left, right, Plain.Equal);

    public static EmittedNumber Select(EmittedNumber mask, EmittedNumber yes, EmittedNumber no) =>
        Three(KernelOp.Select, mask, yes, no, Plain.Select);

    public static EmittedNumber Sigmoid(EmittedNumber value) => One(KernelOp.Sigmoid, value, Plain.Sigmoid);

    public static EmittedNumber Tanh(EmittedNumber value) => One(KernelOp.Tanh, value, Plain.Tanh);

    public static EmittedNumber Softplus(EmittedNumber value) => One(KernelOp.Softplus, value, Plain.Softplus);

    public static EmittedNumber NormalDistribution(EmittedNumber value) =>
        One(KernelOp.NormalDistribution, value, Plain.NormalDistribution);

    public static EmittedNumber Exp(EmittedNumber value) => One(KernelOp.Exp, value, Plain.Exp);

    public static EmittedNumber ExpM1(EmittedNumber value) => One(KernelOp.ExpM1, value, Plain.ExpM1);

    public bool IsSingle => builder!.IsSingle;

    public static EmittedNumber MultiplyAdd(EmittedNumber left, EmittedNumber right, EmittedNumber addend) =>
        Three(KernelOp.MultiplyAdd, left, right, addend, Plain.MultiplyAdd);

    public static EmittedNumber MaximumNative(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.MaximumNative, left, right, Plain.MaximumNative);

    public static EmittedNumber MinimumNative(EmittedNumber left, EmittedNumber right) =>
        Both(KernelOp.MinimumNative, left, right, Plain.MinimumNative);

    public static EmittedNumber CopySign(EmittedNumber value, EmittedNumber sign) => Both(KernelOp.CopySign, value, sign, Plain.CopySign);

    public static EmittedNumber SinBeyond(EmittedNumber x, EmittedNumber near) => Both(KernelOp.SinBeyond, x, near, Plain.SinBeyond);

    public static EmittedNumber CosBeyond(EmittedNumber x, EmittedNumber near) => Both(KernelOp.CosBeyond, x, near, Plain.CosBeyond);

    public static EmittedNumber ScaleByPowerOfTwo(EmittedNumber value, EmittedNumber shifted) =>
        Both(KernelOp.ScaleByPowerOfTwo, value, shifted, Plain.ScaleByPowerOfTwo);

    public static EmittedNumber ShiftedExponent(EmittedNumber x) => One(KernelOp.ShiftedExponent, x, Plain.ShiftedExponent);

    public static EmittedNumber Mantissa(EmittedNumber x) => One(KernelOp.Mantissa, x, Plain.Mantissa);

    static EmittedNumber One(KernelOp op, EmittedNumber value, Func<Plain, Plain> folded) =>
        value.builder is { } kernel ? new EmittedNumber(kernel, kernel.Apply(op, value.instruction)) : folded(value.number).Value[0];

    static EmittedNumber Both(KernelOp op, EmittedNumber left, EmittedNumber right, Func<Plain, Plain, Plain> folded) =>
        (left.builder ?? right.builder) is { } kernel ? new EmittedNumber(kernel, kernel.Apply(op, left.In(kernel), right.In(kernel)))
        : folded(left.number, right.number).Value[0];

    static EmittedNumber Three(
        KernelOp op, EmittedNumber first, EmittedNumber second, EmittedNumber third, Func<Plain, Plain, Plain, Plain> folded) =>
        (first.builder ?? second.builder ?? third.builder) is { } kernel
            ? new EmittedNumber(kernel, kernel.Apply(op, first.In(kernel), second.In(kernel), third.In(kernel)))
            : folded(first.number, second.number, third.number).Value[0];
}
