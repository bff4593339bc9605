using System.Numerics.Tensors;

namespace Autograd.Layers;

/// <summary>How the state depends on what came before it: derivatives carried forward in time, one block for each sequence.</summary>
internal abstract class Influence(int batch, int units, int weights)
{
    protected int Batch => batch;

    protected int Units => units;

    protected int Weights => weights;

    /// <summary>Goes on by a step.</summary>
    public abstract void Advance<TState>(RecordedStep<TState> step);

    /// <summary>Adds ∂loss/∂state · ∂state/∂weights over all sequences.</summary>
    /// <param name="byState">∂loss/∂state, <c>[batch × units]</c>.</param>
    /// <param name="byWeights">Where the sum goes, <c>[weights]</c>.</param>
    /// <param name="byInitial">Where the gradient of the first state goes, <c>[batch × units]</c>.</param>
    public abstract void AddGradients(ReadOnlySpan<double> byState, Span<double> byWeights, Span<double> byInitial);

    /// <summary>All that is carried, in rows: an equal number of them for each sequence.</summary>
    protected abstract double[][] Carried { get; }

    /// <summary>A copy of what is carried, <c>[batch, numbers]</c>.</summary>
    public Tensor ToTensor() => Tensor.From(Carried.SelectMany(row => row).ToArray(), [Batch, Carried.Sum(row => row.Length) / Batch]);

    /// <summary>Takes back what <see cref="ToTensor"/> gave.</summary>
    /// <exception cref="ShapeException">It is of another shape.</exception>
    public void Take(string operation, Tensor values)
    {
        int numbers = Carried.Sum(row => row.Length);
        if (values.Rank != 2 || values.Shape[0] != Batch || values.ElementCount != numbers)
            throw new ShapeException($"{operation}: the saved derivatives are {values.Shape}; [{Batch}, {numbers / Batch}] is needed.");
        var all = values.ToDoubles().AsSpan();
        foreach (double[] row in Carried)
        {
            all[..row.Length].CopyTo(row);
            all = all[row.Length..];
        }
    }
}

/// <summary>
/// The whole matrix ∂state/∂(weights, first state) of every sequence: real-time recurrent learning. A mask keeps some of its elements at 0.
/// </summary>
internal sealed class FullInfluence : Influence
{
    readonly InfluenceMask? mask;
    readonly double[][] rows;
    readonly double[][] before;

    public FullInfluence(int batch, int units, int weights, InfluenceMask? mask)
        : base(batch, units, weights)
    {
        this.mask = mask;
        rows = NewRows();
        before = NewRows();
        for (int i = 0; i < rows.Length; i++) rows[i][weights + i % units] = 1;
    }

    protected override double[][] Carried => rows;

    /// <summary>∂unit/∂weight in one sequence.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public double this[int sequence, int unit, int weight] =>
        (uint)sequence < (uint)Batch && (uint)unit < (uint)Units && (uint)weight < (uint)Weights
            ? rows[sequence * Units + unit][weight]
            : throw new ArgumentOutOfRangeException(
                nameof(weight),
                $"InfluenceOf: there is no element of weight {weight}, unit {unit}, sequence {sequence}; there are {Weights}, {Units}, "
                + $"{Batch}.");

    public override void Advance<TState>(RecordedStep<TState> step)
    {
        for (int i = 0; i < rows.Length; i++) (before[i], rows[i]) = (rows[i], before[i]);
        for (int b = 0; b < Batch; b++)
            for (int j = 0; j < Units; j++)
                Advance(step, b, j);
    }

    public override void AddGradients(ReadOnlySpan<double> byState, Span<double> byWeights, Span<double> byInitial)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            TensorPrimitives.MultiplyAdd<double>(rows[i].AsSpan(0, Weights), byState[i], byWeights, byWeights);
            var initial = byInitial.Slice(i / Units * Units, Units);
            TensorPrimitives.MultiplyAdd<double>(rows[i].AsSpan(Weights), byState[i], initial, initial);
        }
    }

    // Row j of J·S + I.
    void Advance<TState>(RecordedStep<TState> step, int sequence, int unit)
    {
        var (byState, byWeights) = step.Derivatives(sequence, other => other == unit);
        var row = rows[sequence * Units + unit];
        row.AsSpan().Clear();
        byWeights.CopyTo(row, 0);
        for (int i = 0; i < Units; i++)
            if (byState[i] != 0)
                TensorPrimitives.MultiplyAdd<double>(before[sequence * Units + i], byState[i], row, row);
        mask?.Apply(unit, row);
    }

    double[][] NewRows()
    {
        var made = new double[Batch * Units][];
        for (int i = 0; i < made.Length; i++) made[i] = new double[Weights + Units];
        return made;
    }
}

/// <summary>
/// One number for each weight: the derivative of the one unit that the weight belongs to, where units feed back on nothing but themselves
/// (Mozer 1989).
/// </summary>
internal sealed class FocusedInfluence : Influence
{
    readonly double[][] traces;
    readonly double[][] initial;

    public FocusedInfluence(int batch, int units, int weights)
        : base(batch, units, weights)
    {
        traces = [.. Enumerable.Range(0, batch).Select(_ => new double[weights])];
        initial = [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Repeat(1.0, units).ToArray())];
    }

    // Sequence by sequence, so that a tensor of them has the batch as its first axis.
    protected override double[][] Carried =>
        [.. traces.Zip(initial, (trace, first) => (double[][])[trace, first]).SelectMany(both => both)];

    public override void Advance<TState>(RecordedStep<TState> step)
    {
        for (int b = 0; b < Batch; b++)
        {
            // Summed over all units, because each depends on itself and on its own weights only.
            var (byState, byWeights) = step.Derivatives(b, _ => true);
            for (int w = 0; w < Weights; w++) traces[b][w] = byState[w % Units] * traces[b][w] + byWeights[w];
            for (int i = 0; i < Units; i++) initial[b][i] *= byState[i];
        }
    }

    public override void AddGradients(ReadOnlySpan<double> byState, Span<double> byWeights, Span<double> byInitial)
    {
        for (int b = 0; b < Batch; b++)
        {
            for (int w = 0; w < Weights; w++) byWeights[w] += byState[b * Units + w % Units] * traces[b][w];
            for (int i = 0; i < Units; i++) byInitial[b * Units + i] += byState[b * Units + i] * initial[b][i];
        }
    }
}
