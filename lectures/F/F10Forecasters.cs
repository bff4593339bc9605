using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>A stretch of inputs and of what is to be said at each step, <c>[time, batch, 1]</c> both.</summary>
sealed record Stretch(Tensor X, Tensor Y);

/// <summary>Something that is fitted to series and then gives an output at every step, from the inputs up to it.</summary>
abstract class Forecaster
{
    public abstract string Name { get; }

    /// <summary>Fits to stretches, and gives the loss of every update if there are any.</summary>
    public abstract double[] Fit(Stretch train, int washout, int updates);

    /// <summary>The outputs; where past outputs are seen, <paramref name="data"/> has the true ones.</summary>
    public abstract Tensor Predict(Stretch data);

    /// <summary>
    /// As <see cref="Predict"/>, but from step <paramref name="known"/> on the own outputs are seen in place of the true ones.
    /// </summary>
    public virtual Tensor Free(Stretch data, int known) => Predict(data);
}

/// <summary>Ridge regression on a window of inputs.</summary>
sealed class LinearForecaster(int window, double ridge = 1e-6) : Forecaster
{
    readonly RidgeReadout readout = new(window, 1);

    public override string Name => $"linear, {window} inputs";

    public override double[] Fit(Stretch train, int washout, int updates)
    {
        readout.Fit(Features(train.X)[washout..], train.Y[washout..], ridge);
        return [];
    }

    public override Tensor Predict(Stretch data) => readout.Forward(Features(data.X));

    Tensor Features(Tensor x)
    {
        var padded = Pad(x, 0, window - 1, 0);
        return Concatenate(2, [.. Enumerable.Range(0, window).Select(k => Slice(padded, 0, window - 1 - k, x.Shape[0]))]);
    }
}

/// <summary>An echo state network.</summary>
sealed class EchoForecaster(int units, RandomKey key, EchoStateOptions options, double ridge) : Forecaster
{
    readonly ReservoirNetwork<Tensor> network = ReservoirNetwork.EchoState(1, units, 1, key, options);

    public override string Name => $"ESN, {units} units";

    public override double[] Fit(Stretch train, int washout, int updates)
    {
        network.Fit(train.X, train.Y, washout, ridge);
        return [];
    }

    public override Tensor Predict(Stretch data) => network.Run(data.X).Outputs;
}

/// <summary>A model that is trained by gradients, on series brought to mean 0 and variance 1.</summary>
abstract class GradientForecaster(double rate = 0.01) : Forecaster
{
    (double Mean, double Deviation) x = (0, 1), y = (0, 1);

    protected abstract IReadOnlyList<Parameter> Parameters { get; }

    public override double[] Fit(Stretch train, int washout, int updates)
    {
        (x, y) = (Moments(train.X), Moments(train.Y));
        var optimizer = new Adam([.. Parameters], rate) { Clipping = Clipping.GlobalNorm(1) };
        var losses = new double[updates];
        var scaled = Scaled(train);
        for (int i = 0; i < updates; i++)
        {
            optimizer.LearningRate = rate * Math.Pow(0.03, (double)i / updates);
            using var tape = new Tape();
            var loss = Loss.MeanSquaredError(Outputs(scaled)[washout..], scaled.Y[washout..]);
            optimizer.Step(tape.Gradients(loss, Parameters));
            losses[i] = loss.ToScalar();
        }
        return losses;
    }

    public override Tensor Predict(Stretch data) => Unscaled(Outputs(Scaled(data)));

    /// <summary>The outputs, all series being scaled.</summary>
    protected abstract Tensor Outputs(Stretch scaled);

    protected Stretch Scaled(Stretch data) =>
        new((data.X.As(ElementType.Float32) - x.Mean) / x.Deviation, (data.Y.As(ElementType.Float32) - y.Mean) / y.Deviation);

    protected Tensor Unscaled(Tensor outputs) => outputs * y.Deviation + y.Mean;

    static (double Mean, double Deviation) Moments(Tensor series)
    {
        double[] values = series.ToDoubles();
        double mean = values.Average(), deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return (mean, deviation > 0 ? deviation : 1);
    }
}

/// <summary>A time-delay network: a window of inputs, a hidden layer, a linear output.</summary>
sealed class WindowForecaster(int window, int hidden, RandomKey key) : GradientForecaster
{
    readonly TimeDelay delays = new(1, hidden, [.. Enumerable.Range(0, window)], key, Tanh);
    readonly Linear head = new(hidden, 1, key.For("head"));

    public override string Name => $"TDNN, {window} inputs";

    protected override IReadOnlyList<Parameter> Parameters => [.. delays.Parameters, .. head.Parameters];

    protected override Tensor Outputs(Stretch scaled) => head.Forward(delays.Forward(scaled.X));
}

/// <summary>A simple recurrent network with a linear output.</summary>
sealed class RecurrentForecaster(int hidden, RandomKey key) : GradientForecaster
{
    readonly Recurrent<Tensor> recurrent = Recurrent.Over(new RnnCell(1, hidden, key));
    readonly Linear head = new(hidden, 1, key.For("head"));

    public override string Name => $"RNN, {hidden} units";

    protected override IReadOnlyList<Parameter> Parameters => [.. recurrent.Parameters, .. head.Parameters];

    protected override Tensor Outputs(Stretch scaled) => head.Forward(recurrent.Forward(scaled.X));
}

/// <summary>A NARX network: windows of inputs and of past outputs, trained on the true ones.</summary>
sealed class NarxForecaster(int inputDelays, int outputDelays, int hidden, RandomKey key) : GradientForecaster
{
    readonly Narx narx = new(new NarxCell(1, hidden, 1, inputDelays, outputDelays, key, Tanh));

    public override string Name => inputDelays == 0 ? $"NARX, {outputDelays} outputs"
        : $"NARX, {inputDelays + 1} inputs and {outputDelays} outputs";

    protected override IReadOnlyList<Parameter> Parameters => [.. narx.Parameters];

    protected override Tensor Outputs(Stretch scaled) => narx.Run(scaled.X, scaled.Y).Outputs;

    public override Tensor Free(Stretch data, int known)
    {
        var (x, y) = Scaled(data);
        if (known == 0) return Unscaled(narx.Run(x, narx.Cell.Initial(x.Shape[1], ElementType.Float32)).Outputs);
        var taught = narx.Run(x[..known], y[..known]);
        return Unscaled(Concatenate(0, taught.Outputs, narx.Run(x[known..], taught.Final).Outputs));
    }
}
