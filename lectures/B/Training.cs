using Autograd.Optimizers;

namespace Autograd.Lectures;

/// <summary>How the demonstrations of architectures train.</summary>
static class Training
{
    /// <summary>Trains with Adam, its rate falling to a tenth, on a loss for each update, until it is told to stop.</summary>
    /// <returns>The loss of each update.</returns>
    public static double[] Fit(
        this Layers.Module model, Report report, string what, int updates, double rate, Func<int, Tensor> loss, Func<int,
            bool>? isDone = null)
    {
        Parameter[] parameters = [.. model.Parameters];
        var optimizer = new Adam(parameters, new Cosine(rate, updates, rate / 10)) { Clipping = Clipping.GlobalNorm(1) };
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
