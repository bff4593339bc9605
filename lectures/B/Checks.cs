using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>What is measured of every architecture.</summary>
static class Checks
{
    /// <summary>
    /// Gradients of a cell to first and second order over sequences of different lengths, for input, initial state and all parameters.
    /// </summary>
    public static void Gradients<TState>(this Report report, string name, Cell<TState> cell, int inputs) =>
        report.Gradients(name, GradientCheck.Run(cell, report.Key(0).For("checked").Normal([4, 2, inputs]), lengths: [4, 2]));

    public static void Gradients(this Report report, string name, GradientCheckReport check) => report.Measure(
        $"{name}: largest of {check.Comparisons.Count} gradient errors, first and second order, as a part of what rounding allows",
        check.Comparisons.Max(element => element.AbsoluteError / element.Tolerance), "at most 1", check.Passed);

    /// <summary>The largest difference between two results that are to be equal.</summary>
    public static void Same(this Report report, string what, Tensor expected, Tensor actual, double limit = 0)
    {
        double worst = Difference(expected, actual);
        report.Measure(what, worst, limit == 0 ? "0, to the bit" : $"at most {Numbers.Short(limit)}", worst <= limit);
    }

    public static double Difference(Tensor expected, Tensor actual) =>
        expected.ToDoubles().Zip(actual.ToDoubles(), (a, b) => Math.Abs(a - b)).Append(expected.Shape == actual.Shape ? 0 : double.NaN)
            .Max();
}
