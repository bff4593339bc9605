using System.Numerics.Tensors;

namespace Autograd.Layers;

/// <summary>
/// How much of a stream of independent inputs can be read out linearly from a state: for each delay k, the squared correlation of u(t − k)
/// with the best linear read-out of the state at t. The sum over the delays is the memory capacity, at most the number of units (Jaeger
/// 2002, proposition 2).
/// </summary>
/// <param name="ByDelay">The squared correlation for delays 1, 2, ….</param>
public sealed record MemoryCapacity(IReadOnlyList<double> ByDelay)
{
    /// <summary>The sum over the delays.</summary>
    public double Total => ByDelay.Sum();

    /// <summary>
    /// Measures a cell with one input, in double: the read-outs are fitted on one half of the steps and evaluated on the other.
    /// </summary>
    /// <param name="cell">The cell; its output is read.</param>
    /// <param name="key">The source of the inputs, uniform in ±<paramref name="amplitude"/>.</param>
    /// <param name="longest">The longest delay, at least 1.</param>
    /// <param name="steps">Steps of each half, at least 2.</param>
    /// <param name="washout">Steps before them, at least as many as the longest delay.</param>
    /// <param name="amplitude">Largest input, above 0.</param>
    /// <param name="ridge">Ridge penalty of the read-outs.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static MemoryCapacity Measure<TState>(
        Cell<TState> cell, RandomKey key, int longest, int steps = 2000, int washout = 200, double amplitude = 1, double ridge = 1e-9,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Require.AtLeast(nameof(MemoryCapacity), nameof(longest), longest, 1);
        Require.AtLeast(nameof(MemoryCapacity), nameof(steps), steps, 2);
        Require.AtLeast(nameof(MemoryCapacity), nameof(washout), washout, longest);
        Require.Positive(nameof(MemoryCapacity), nameof(amplitude), amplitude);
        var u = key.Uniform([washout + 2 * steps, 1, 1], -amplitude, amplitude, ElementType.Float64);
        var features = Outputs(cell, u, cancellation)[washout..];
        var delayed = Delayed(u.ToDoubles(), washout, longest);
        var readout = new RidgeReadout(features.Shape[1], longest);
        readout.Fit(features[..steps], delayed[..steps], ridge);
        var (read, truth) = (readout.Forward(features[steps..]), delayed[steps..]);
        return new([.. Enumerable.Range(0, longest).Select(k => SquaredCorrelation(Column(read, k), Column(truth, k)))]);
    }

    static Tensor Outputs<TState>(Cell<TState> cell, Tensor u, CancellationToken cancellation) =>
        new DoubleParameters(cell).Run(u, inputs =>
    {
        var driver = new CellDriver<TState>(nameof(MemoryCapacity), cell, InputBatch.OfSequences(inputs)) { Cancellation = cancellation };
        var outputs = new Tensor[inputs.Shape[0]];
        for (int t = 0; t < outputs.Length; t++) outputs[t] = driver.Step(inputs[t]);
        return Functions.Stack(outputs).Reshape(outputs.Length, -1);
    });

    static Tensor Delayed(double[] u, int washout, int longest)
    {
        int count = u.Length - washout;
        var delayed = new double[count * longest];
        for (int t = 0; t < count; t++)
            for (int k = 1; k <= longest; k++)
                delayed[t * longest + k - 1] = u[washout + t - k];
        return Tensor.From(delayed, [count, longest]);
    }

    static double[] Column(Tensor matrix, int column) => Functions.Slice(matrix, 1, column, 1).ToDoubles();

    static double SquaredCorrelation(double[] a, double[] b)
    {
        var (x, y) = (Centred(a), Centred(b));
        double xx = LaneSum.OfSquares<double>(x), yy = LaneSum.OfSquares<double>(y), xy = LaneSum.OfProducts<double>(x, y);
        return xx == 0 || yy == 0 ? 0 : xy * xy / (xx * yy);
    }

    static double[] Centred(double[] values)
    {
        double mean = values.Average();
        return Array.ConvertAll(values, value => value - mean);
    }
}
