using System.Numerics;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>Compares the step written by hand with the tape: loss and every gradient.</summary>
internal static class Verification
{
    // The last have hidden units that do not fill a vector, a single step, and more rows than are taken together.
    static readonly PeepholeLstmSize[] Sizes =
        [new(100, 1, 16, 32), new(50, 32, 65, 128), new(12, 64, 256, 256), new(7, 3, 5, 10), new(1, 2, 3, 4), new(4, 19, 8, 33)];

    /// <returns>Whether all agree.</returns>
    public static bool Run(TextWriter report)
    {
        bool agree = true;
        foreach (var size in Sizes)
        {
            agree &= Compare<float>(size, ElementType.Float32, 5e-6, report);
            agree &= Compare<double>(size, ElementType.Float64, 1e-13, report);
        }

        return agree;
    }

    static bool Compare<T>(PeepholeLstmSize size, ElementType type, double tolerance, TextWriter report)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (worst, name) = Difference<T>(size, type);
        // Not a number is no agreement either.
        bool agrees = worst <= tolerance;
        report.WriteLine($"{size.Time,4} {size.Batch,3} {size.Inputs,4} {size.Hidden,4}  {type}  {worst:0.0e+00} ({name})  {(agrees ? "agrees" : "DIFFERS")}");
        return agrees;
    }

    /// <summary>The largest difference, relative to the largest element of the same gradient, and where it is.</summary>
    static (double Worst, string Name) Difference<T>(PeepholeLstmSize size, ElementType type)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var byHand = TrainingSteps.HandWritten<T>(size);
        // Twice, so that something left behind by a step would show in the next.
        byHand.Run();
        double loss = double.CreateChecked(byHand.Run());
        var differences = new List<(double, string)>();
        TrainingSteps.Layer("peephole", size, type, Execution.Eager).Run((expectedLoss, gradients) =>
        {
            differences.Add((Relative([loss], [expectedLoss.ToScalar()]), "loss"));
            foreach (var (parameter, expected) in TrainingSteps.Peephole(size).Parameters.Zip(gradients))
                differences.Add((Relative(Array.ConvertAll(byHand.Gradients.Named(parameter.Name), double.CreateChecked), expected.ToDoubles()), parameter.Name));
        });
        return differences.MaxBy(difference => double.IsNaN(difference.Item1) ? double.PositiveInfinity : difference.Item1);
    }

    static double Relative(double[] actual, double[] expected)
    {
        if (actual.Length != expected.Length) return double.PositiveInfinity;
        double difference = actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        // With a single time step some gradients are exactly zero.
        return difference == 0 ? 0 : difference / expected.Max(Math.Abs);
    }
}
