using System.Numerics;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>Compares the step written by hand and the compiled one with the tape: loss and every gradient.</summary>
static class Verification
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
        var expected = Layer(size, type, Execution.Eager);
        return Report("hand-written", HandWritten<T>(size)) & Report("scan", Layer(size, type, Execution.Compiled));

        bool Report(string path, Dictionary<string, double[]> actual)
        {
            var (worst, name) = Difference(actual, expected);
            // Not a number is no agreement either.
            bool agrees = worst <= tolerance;
            report.WriteLine(
                $"{size.Time,4} {size.Batch,3} {size.Inputs,4} {size.Hidden,4}  {type}  {path,-12}  {worst:0.0e+00} ({name})  "
                + $"{(agrees ? "agrees" : "DIFFERS")}");
            return agrees;
        }
    }

    // Twice, so that something left behind by a step would show in the next.
    static Dictionary<string, double[]> HandWritten<T>(PeepholeLstmSize size)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var step = TrainingSteps.HandWritten<T>(size);
        step.Run();
        var results = new Dictionary<string, double[]> { ["loss"] = [double.CreateChecked(step.Run())] };
        foreach (var parameter in TrainingSteps.Peephole(size).Parameters)
            results.Add(parameter.Name, Array.ConvertAll(step.Gradients.Named(parameter.Name), double.CreateChecked));
        return results;
    }

    static Dictionary<string, double[]> Layer(PeepholeLstmSize size, ElementType type, Execution execution)
    {
        var step = TrainingSteps.Layer("peephole", size, type, execution);
        step.Run();
        var results = new Dictionary<string, double[]>();
        step.Run((loss, gradients) =>
        {
            results.Add("loss", [loss.ToScalar()]);
            foreach (var (parameter, gradient) in TrainingSteps.Peephole(size).Parameters.Zip(gradients))
                results.Add(parameter.Name, gradient.ToDoubles());
        });
        return results;
    }

    /// <summary>The largest difference, relative to the largest element of the same gradient, and where it is.</summary>
    static (double Worst, string Name) Difference(Dictionary<string, double[]> actual, Dictionary<string, double[]> expected) => expected
        .Select(result => (Worst: Relative(actual[result.Key], result.Value), Name: result.Key))
        .MaxBy(difference => double.IsNaN(difference.Worst) ? double.PositiveInfinity : difference.Worst);

    static double Relative(double[] actual, double[] expected)
    {
        if (actual.Length != expected.Length) return double.PositiveInfinity;
        double difference = actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        // With a single time step some gradients are exactly zero.
        return difference == 0 ? 0 : difference / expected.Max(Math.Abs);
    }
}
