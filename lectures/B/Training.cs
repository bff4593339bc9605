using Autograd.Optimizers;

namespace Autograd.Lectures;

/// <summary>How the demonstrations of architectures train.</summary>
static class Training
{
    /// <summary>Trains with Adam, its rate falling to a tenth, on a loss for each update, until it is told to stop.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="report">Where the progress goes.</param>
    /// <param name="what">What the progress is called.</param>
    /// <param name="updates">The number of updates.</param>
    /// <param name="rate">The rate of the first update.</param>
    /// <param name="loss">The loss of an update.</param>
    /// <param name="isDone">Whether to stop before an update; never by default.</param>
    /// <param name="beta2">How much of the squared gradients' mean stays at each update.</param>
    /// <returns>The loss of each update.</returns>
    public static double[] Fit(
        this Layers.Module model, Report report, string what, int updates, double rate, Func<int, Tensor> loss,
        Func<int, bool>? isDone = null, double beta2 = 0.999)
    {
        Parameter[] parameters = [.. model.Parameters];
        var optimizer = new Adam(parameters, new Cosine(rate, updates, rate / 10), beta2: beta2) { Clipping = Clipping.GlobalNorm(1) };
        var losses = new List<double>();
        for (int update = 0; update < updates && isDone?.Invoke(update) != true; update++)
        {
            using var tape = new Tape();
            model.Train(update);
            var value = loss(update);
            optimizer.Step(tape.Gradients(value, parameters));
            losses.Add(value.ToScalar());
            if (update % 50 == 0) report.Progress(what, (double)update / updates);
        }
        model.Evaluate();
        return [.. losses];
    }
}
