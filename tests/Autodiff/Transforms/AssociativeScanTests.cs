using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Transforms;

public class AssociativeScanTests
{
    static readonly RandomKey Key = new(5);

    static Tensor Normal(string name, Shape shape) => Key.For(name).Normal(shape, 1, ElementType.Float64);

    // x ↦ a·x + b after one another.
    static Tensor[] Linear(Tensor[] first, Tensor[] second) => [second[0] * first[0], second[0] * first[1] + second[1]];

    // The same with complex numbers.
    static Tensor[] Complex(Tensor[] first, Tensor[] second)
    {
        var (re, im) = Product(second[0], second[1], first[0], first[1]);
        var (x, y) = Product(second[0], second[1], first[2], first[3]);
        return [re, im, x + second[2], y + second[3]];
    }

    static (Tensor Re, Tensor Im) Product(Tensor a, Tensor b, Tensor c, Tensor d) => (a * c - b * d, a * d + b * c);

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(8), InlineData(13), InlineData(64), InlineData(100)]
    public void AllFormsGiveTheLinearRecurrence(int length)
    {
        Tensor[] x = [Normal("a", [length, 3]) * 0.5, Normal("b", [length, 3])];
        var expected = LinearScan(x[0], x[1]);
        double scale = expected.ToDoubles().Max(Math.Abs);
        foreach (var form in Enum.GetValues<ScanForm>())
        {
            Expect.Near(expected, AssociativeScan.Run(Linear, x, form: form, verify: true)[1], 4 * Math.Log2(length) + 4, scale);
            var across = AssociativeScan.Run(Linear, Array.ConvertAll(x, Transpose), axis: -1, form);
            Expect.Near(expected, Transpose(across[1]), 4 * Math.Log2(length) + 4, scale);
        }
    }

    [Fact]
    public void DerivativesOfBothFormsAreThoseOfTheRecurrence()
    {
        const int Length = 11;
        var b = Normal("b", [Length, 2]);
        Tensor Loss(Func<Tensor[], Tensor> scan, Tensor x) => Sum(Square(scan([0.7 * Sin(x), b * x])));
        var point = Normal("x", [Length, 2]);
        var expected = Differentiate.Hessian(x => Loss(pair => LinearScan(pair[0], pair[1]), x), point);
        double scale = expected.ToDoubles().Max(Math.Abs);
        foreach (var form in Enum.GetValues<ScanForm>())
        {
            var actual = Differentiate.Hessian(x => Loss(pair => AssociativeScan.Run(Linear, pair, form: form)[1], x), point);
            Expect.Near(expected, actual, 64 * Length, scale);
        }
        GradientCheck.Run(i => AssociativeScan.Run(Linear, [i[0], i[1]])[1], [point, b]).ThrowIfFailed();
    }

    [Fact]
    public void AHundredThousandStepsAreOneEntryAndMemoryIsLinear()
    {
        // Some numbers for each step; with those of each of its seventeen levels it would be four times as many.
        const int Steps = 100_000;
        Assert.InRange(Bytes(Steps), 0, 35.0 * sizeof(double) * Steps);

        static double Bytes(int length)
        {
            Tensor a = Sigmoid(Normal("a", [length, 2])), b = Normal("b", [length, 2]);
            using var tape = new Tape();
            tape.Watch(a);
            tape.Watch(b);
            int before = tape.Entries().Count;
            var y = AssociativeScan.Run(Linear, [a, b])[1];
            Assert.Equal(before + 1, tape.Entries().Count);
            long start = GC.GetAllocatedBytesForCurrentThread();
            var gradient = tape.Gradients(Sum(y), [a, b])[1];
            Assert.Equal(1 + a.At(length - 1, 0), gradient.At(length - 2, 0), 1e-12);
            return GC.GetAllocatedBytesForCurrentThread() - start;
        }
    }

    // Each result of the linear recurrent unit in closed form: x[t] = Σ λᵗ⁻ˢ b[s] (Orvieto et al. 2023).
    [Fact]
    public void AComplexRecurrenceByPairs()
    {
        const int Length = 40;
        var lambda = System.Numerics.Complex.FromPolarCoordinates(0.9, 0.4);
        double[] b = Normal("b", [Length]).ToDoubles();
        var zeros = Tensor.Zeros([Length], ElementType.Float64);
        var result = AssociativeScan.Run(Complex, [zeros + lambda.Real, zeros + lambda.Imaginary, Tensor.From(b), zeros], verify: true);
        for (int t = 0; t < Length; t++)
        {
            var expected = Enumerable.Range(0, t + 1).Aggregate(System.Numerics.Complex.Zero, (sum, s) => lambda * sum + b[s]);
            Assert.Equal(expected.Real, result[2].At(t), 1e-13);
            Assert.Equal(expected.Imaginary, result[3].At(t), 1e-13);
        }
    }

    // The sLSTM's sums with exponential gates (Beck et al. 2024): c[t] = e^f·c[t − 1] + e^i·z, far out of range, kept as m and c·e^−m.
    [Fact]
    public void SumsWithExponentialGatesStayInRange()
    {
        const int Length = 200;
        Tensor f = 3 * Normal("f", [Length]), i = 300 * Normal("i", [Length]), z = Normal("z", [Length]);
        var result = AssociativeScan.Run(Stabilised, [f, i, z], verify: true);
        // The same by steps.
        double m = i.At(0), c = z.At(0);
        for (int t = 1; t < Length; t++)
        {
            double larger = Math.Max(f.At(t) + m, i.At(t));
            c = c * Math.Exp(f.At(t) + m - larger) + z.At(t) * Math.Exp(i.At(t) - larger);
            m = larger;
            Assert.Equal(m, result[1].At(t), 1e-10);
            Assert.Equal(c, result[2].At(t), 1e-10 * Math.Max(1, Math.Abs(c)));
        }

        static Tensor[] Stabilised(Tensor[] first, Tensor[] second)
        {
            var before = second[0] + first[1];
            var m = Maximum(before, second[1]);
            return [first[0] + second[0], m, first[2] * Exp(before - m) + second[2] * Exp(second[1] - m)];
        }
    }

    [Fact]
    public void MatricesAreMultipliedInOrder()
    {
        var x = Normal("x", [7, 3, 3]);
        var result = AssociativeScan.Run((first, second) => [MatMul(second[0], first[0])], [x], verify: true)[0];
        var expected = x[0];
        for (int t = 1; t < 7; t++) expected = MatMul(x[t], expected);
        Expect.Near(expected, result[6], 64, expected.ToDoubles().Max(Math.Abs));
    }

    [Fact]
    public void WhatIsNotAssociativeIsFoundOnRequest()
    {
        Tensor[] x = [Normal("x", [5, 2])];
        static Tensor[] Mean(Tensor[] first, Tensor[] second) => [0.5 * (first[0] + second[0])];
        var error = Assert.Throws<AssociativityException>(() => AssociativeScan.Run(Mean, x, verify: true));
        Expect.Mentions(error, "AssociativeScan", "not associative", "[3, 2]");
        AssociativeScan.Run(Mean, x);
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        Tensor[] x = [Normal("x", [5, 2]), Normal("y", [4, 2])];
        Expect.Mentions(Assert.Throws<ShapeException>(() => AssociativeScan.Run(Linear, x)), "AssociativeScan", "[5, 2]", "[4, 2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => AssociativeScan.Run(Linear, [])), "AssociativeScan", "no tensors");
        Expect.Mentions(Assert.Throws<ShapeException>(() => AssociativeScan.Run(Linear, [x[0], x[0]], 2)), "AssociativeScan", "axis 2");
        Expect.Mentions(Assert.Throws<ShapeException>(() => AssociativeScan.Run((a, _) => [a[0]], [x[0], x[0]])), "gave 1", "2 are");
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => AssociativeScan.Run((a, _) => [Sum(a[0], 0)], [x[0]])), "AssociativeScan", "gave [2]");
    }
}
