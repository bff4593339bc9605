using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class LyapunovExponentsTests
{
    static readonly RandomKey Key = new(5);

    [Fact]
    public void OfTheLogisticMapAtFourIsTheLogarithmOfTwo()
    {
        double exponent = LyapunovExponents.Largest(x => 4 * x * (1 - x), Tensor.From([0.1]), 20_000);
        // Along an orbit the sum is a boundary term, so the error falls with 1/steps but for its logarithmic tail.
        Assert.Equal(Math.Log(2), exponent, 1e-3);
    }

    [Fact]
    public void OfACycleIsItsMultiplier()
    {
        double r = 3.4, exponent = LyapunovExponents.Largest(x => r * x * (1 - x), Tensor.From([0.1]), 1000);
        Assert.Equal(Math.Log(Math.Abs(4 + 2 * r - r * r)) / 2, exponent, 1e-9);
    }

    [Fact]
    public void ASuperstableCycleHasMinusInfinity() =>
        Assert.Equal(double.NegativeInfinity, LyapunovExponents.Largest(x => 2 * x * (1 - x), Tensor.From([0.5]), 10));

    [Fact]
    public void OfALinearMapAreLogarithmsOfMagnitudes()
    {
        var a = Key.Normal([4, 4], 0.7, ElementType.Float64);
        double[] expected = [.. LinearAlgebra.Eigenvalues(a).Select(value => Math.Log(value.Magnitude))];
        int steps = 4000;
        double[] actual = LyapunovExponents.Spectrum(x => MatMul(x, a), Tensor.Ones([4]), steps, washout: 200);
        // A pair of eigenvalues turns the tangents, which leaves a boundary term.
        for (int i = 0; i < 4; i++) Assert.Equal(expected[i], actual[i], 10.0 / steps);
        double largest = LyapunovExponents.Largest(x => MatMul(x, a), Tensor.Ones([4]), steps, washout: 200);
        Assert.Equal(expected[0], largest, 10.0 / steps);
    }

    /// <summary>
    /// The sum of the exponents of the Hénon map is the logarithm of its constant determinant, ln 0.3; the largest is near 0.419.
    /// </summary>
    [Fact]
    public void OfTheHenonMap()
    {
        double[] exponents = LyapunovExponents.Spectrum(Henon, Tensor.From([0.1, 0.1]), 20_000);
        Assert.Equal(Math.Log(0.3), exponents.Sum(), 1e-10);
        Assert.Equal(0.419, exponents[0], 0.01);

        static Tensor Henon(Tensor p)
        {
            var (x, y) = (Slice(p, 1, 0, 1), Slice(p, 1, 1, 1));
            return Concatenate(1, 1 - 1.4 * x * x + y, 0.3 * x);
        }
    }

    [Fact]
    public void OfACellUnderInputs()
    {
        var cell = new RnnCell(1, 5, Key);
        var inputs = Key.For("x").Normal([300, 1]);
        double[] all = LyapunovExponents.Spectrum(cell, inputs);
        Assert.Equal(5, all.Length);
        Assert.Equal(all.OrderDescending(), all);
        // The determinant of the product of Jacobians is the product of the determinants.
        Assert.Equal(MeanLogDeterminant(cell, inputs), all.Sum(), 1e-8);
        Assert.Equal(all[0], LyapunovExponents.Spectrum(cell, inputs, count: 1)[0], 0.02);
    }

    [Fact]
    public void RowsAreIndependent()
    {
        var starts = Tensor.From(new[,] { { 0.1 }, { 0.3 }, { 0.7 } });
        double[] together = LyapunovExponents.LargestOfEach(x => 3.9 * x * (1 - x), starts, 500, 10);
        for (int i = 0; i < 3; i++)
            Assert.Equal(LyapunovExponents.Largest(x => 3.9 * x * (1 - x), starts[i], 500, 10), together[i], 1e-12);
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        Assert.Contains(
            "steps", Assert.Throws<ArgumentOutOfRangeException>(() => LyapunovExponents.Largest(x => x, Tensor.Zeros([1]), 0)).Message);
        Assert.Contains(
            "from 1 to 1", Assert.Throws<ArgumentOutOfRangeException>(
            () => LyapunovExponents.Spectrum(x => x, Tensor.Zeros([1]), 5, count: 2)).Message);
        Assert.Contains(
            "infinity", Assert.Throws<ArithmeticException>(
            () => LyapunovExponents.Largest(x => 5 * x * (1 - x), Tensor.From([0.3]), 100)).Message);
    }

    static double MeanLogDeterminant(RnnCell cell, Tensor inputs)
    {
        double sum = 0, logDeterminant = LinearAlgebra.Eigenvalues(cell["R"]).Sum(value => Math.Log(value.Magnitude));
        var step = CellMap.Driven(cell, inputs);
        var h = Tensor.Zeros([1, 5], ElementType.Float64);
        for (int t = 0; t < 300; t++)
        {
            h = step(t, h);
            if (t >= 100) sum += logDeterminant + h.ToDoubles().Sum(value => Math.Log(1 - value * value));
        }
        return sum / 200;
    }
}
