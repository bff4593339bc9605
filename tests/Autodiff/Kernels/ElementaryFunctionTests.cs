using System.Numerics;
using System.Runtime.Intrinsics;
using Autograd.Tests.Autodiff.Scan;

namespace Autograd.Tests.Autodiff.Kernels;

/// <summary>
/// The functions that are arithmetic of their own: the same on spans and in kernels, accurate everywhere, each element on its own.
/// </summary>
public class ElementaryFunctionTests
{
    static readonly (string Name, Func<Tensor, Tensor> OnSpans, Func<EmittedNumber, EmittedNumber> InCode, Func<double, double> Exact,
        bool IsOdd)[] All =
    [
        ("Exp", Functions.Exp, EmittedNumber.Exp, Math.Exp, false),
        ("ExpM1", Functions.ExpM1, EmittedNumber.ExpM1, Accurate.ExpM1, false),
        ("Sigmoid", Functions.Sigmoid, EmittedNumber.Sigmoid, x => x > 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)), false),
        ("Tanh", Functions.Tanh, EmittedNumber.Tanh, Math.Tanh, true),
        ("Softplus", Functions.Softplus, EmittedNumber.Softplus, x => Math.Max(x, 0) + Accurate.Log1P(Math.Exp(-Math.Abs(x))), false),
        ("Sin", Functions.Sin, EmittedNumber.Sin, Math.Sin, true),
        ("Cos", Functions.Cos, EmittedNumber.Cos, Math.Cos, false),
        ("NormalDistribution", Functions.NormalDistribution, EmittedNumber.NormalDistribution, Normal.Distribution, false),
    ];

    public static TheoryData<string, ElementType> Names
    {
        get
        {
            var names = new TheoryData<string, ElementType>();
            foreach (var one in All)
            {
                names.Add(one.Name, ElementType.Float32);
                names.Add(one.Name, ElementType.Float64);
            }
            return names;
        }
    }

    // Where the processor rounds a product and a sum once on one path it does on the other.
    [Theory, MemberData(nameof(Names))]
    public void SpansCodeAndInterpreterGiveTheSameBits(string name, ElementType type)
    {
        var (_, onSpans, inCode, _, _) = All.Single(one => one.Name == name);
        double[] x = Points(type, 20_000), expected = onSpans(Data.Vector(type, x)).ToDoubles();
        foreach (var backEnd in new[] { KernelBackEnd.Emitted, KernelBackEnd.Interpreted })
            Assert.Equal(expected, type == ElementType.Float32 ? Values<float>(x, inCode, backEnd) : Values<double>(x, inCode, backEnd));
    }

    [Theory, MemberData(nameof(Names))]
    public void EveryValueIsWithinAFewUnitsInTheLastPlace(string name, ElementType type)
    {
        var (_, onSpans, _, exact, _) = All.Single(one => one.Name == name);
        double[] x = [.. Points(type, 20_000).Where(x => Math.Abs(x) < 1e4)];
        double unit = type.Epsilon(), normal = type == ElementType.Float32 ? 1.2e-38 : 2.3e-308,
            largest = type == ElementType.Float32 ? float.MaxValue : double.MaxValue;
        double[] y = onSpans(Data.Vector(type, x)).ToDoubles();
        for (int i = 0; i < x.Length; i++)
        {
            double expected = exact(x[i]);
            // Near its zeros the sine of a rounded argument is as exact as the parts of π are.
            double allowed = 4 * unit * Math.Abs(expected) + (name is "Sin" or "Cos" && Math.Abs(x[i]) > 1 ? unit / 64 : 0) + normal;
            bool overflows = Math.Abs(expected) > largest;
            Assert.True(overflows ? double.IsInfinity(y[i]) : Math.Abs(y[i] - expected) <= allowed,
                FormattableString.Invariant($"{name}({x[i]:R}) is {y[i]:R}, expected {expected:R}."));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void OddFunctionsAreOddToTheBit(string name, ElementType type)
    {
        var (_, onSpans, _, _, isOdd) = All.Single(one => one.Name == name);
        if (!isOdd) return;
        var x = Data.Vector(type, Points(type, 20_000));
        double[] positive = onSpans(x).ToDoubles(), negative = onSpans(-x).ToDoubles();
        for (int i = 0; i < positive.Length; i++) Assert.Equal(BitConverter.DoubleToInt64Bits(positive[i]) << 1,
            BitConverter.DoubleToInt64Bits(negative[i]) << 1);
        Assert.All(positive.Zip(negative).Where(pair => !double.IsNaN(pair.First)),
            pair => Assert.NotEqual(double.IsNegative(pair.First), double.IsNegative(pair.Second)));
    }

    // A NaN may carry any bits, as those of missing values in data of other programs.
    [Fact]
    public void EveryNaNStaysOne()
    {
        float[] singles = [.. new[] { 0x7FC00001, 0x7F800001, unchecked((int)0xFFC007A2),
            0x7FBFFFFF }.Select(BitConverter.Int32BitsToSingle)];
        double[] doubles = [.. new[] { 0x7FF00000000007A2, 0x7FF8000000000001, 0x7FF7FFFFFFFFFFFF }.Select(BitConverter.Int64BitsToDouble)];
        foreach (var (name, onSpans, inCode, _, _) in All)
        {
            Assert.All(onSpans(Tensor.From(singles)).ToDoubles(), y => Assert.True(double.IsNaN(y), name));
            Assert.All(onSpans(Tensor.From(doubles)).ToDoubles(), y => Assert.True(double.IsNaN(y), name));
            Assert.All(Values<double>(doubles, inCode, KernelBackEnd.Emitted), y => Assert.True(double.IsNaN(y), name));
        }
    }

    static double[] Points(ElementType type, int count)
    {
        var random = new Random(7);
        double largest = type == ElementType.Float32 ? 38 : 300;
        double[] special =
        [
            0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 88.72283, 88.72284, -87.33654, -87.3366, 709.7827,
                -708.3964, 1e-40, -1e-40, 1e-310,
            Math.PI, Math.PI / 2, 1e4, 1e6, -1e6,
        ];
        // And where sines and cosines are small.
        special = [.. special, .. Enumerable.Range(1, 6000).Select(n => n * Math.PI / 2)];
        double Draw(int i) => i < special.Length ? special[i] : (random.Next(2) * 2 - 1) * (i % 3) switch
        {
            0 => Math.Pow(10, largest * (2 * random.NextDouble() - 1)),
            1 => 3 * random.NextDouble(),
            _ => (type == ElementType.Float32 ? 110 : 800) * random.NextDouble(),
        };
        return Data.Vector(type, [.. Enumerable.Range(0, count).Select(Draw)]).ToDoubles();
    }

    static double[] Values<T>(double[] x, Func<EmittedNumber, EmittedNumber> function, KernelBackEnd backEnd)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int next = 0;
        using var run = new KernelRun<T>(x.Length, 1) { BackEnd = backEnd };
        int a = run.Matrix(_ => x[next++]), target = run.Matrix();
        run.Kernel.Write(KernelWrite.Store, target, function(run.Load(KernelOp.Element, a)));
        run.Run();
        return [.. Enumerable.Range(0, x.Length).Select(i => run.At(target, 0, i))];
    }
}
