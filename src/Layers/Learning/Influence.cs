using System.Numerics.Tensors;

namespace Autograd.Layers;

/// <summary>
/// ∂state/∂(weights, first state) of every sequence, carried forward in time: S ← J·S + ∂next/∂weights with J = ∂next/∂state, restricted to
/// a pattern. Elements outside the pattern count as 0.
/// </summary>
sealed class Influence
{
    readonly int batch;
    readonly InfluenceBlock[] blocks;

    public Influence(int batch, InfluencePattern pattern)
    {
        this.batch = batch;
        Pattern = pattern;
        // Groups of one size are one tensor, whose products are formed together.
        blocks = [.. pattern.Groups.GroupBy(group => (group.Units.Length, group.Columns.Length))
            .Select(groups => new InfluenceBlock(batch, pattern, [.. groups]))];
    }

    public InfluencePattern Pattern { get; }

    /// <summary>∂unit/∂weight in one sequence.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public double this[int sequence, int unit, int weight]
    {
        get
        {
            if ((uint)sequence < (uint)batch && (uint)unit < (uint)Pattern.Units && (uint)weight < (uint)Pattern.Weights)
                return blocks.Sum(block => block.At(sequence, unit, weight));
            throw new ArgumentOutOfRangeException(
                nameof(weight),
                $"InfluenceOf: there is no element of weight {weight}, unit {unit}, sequence {sequence}; there are {Pattern.Weights}, "
                + $"{Pattern.Units}, {batch}.");
        }
    }

    /// <summary>Goes on by a step.</summary>
    public void Advance(StepDerivatives step)
    {
        foreach (var block in blocks) block.Advance(step);
    }

    /// <summary>Adds ∂loss/∂state · ∂state/∂weights over all sequences.</summary>
    /// <param name="byState">∂loss/∂state, <c>[batch × units]</c>.</param>
    /// <param name="byWeights">Where the sum goes, <c>[weights]</c>.</param>
    /// <param name="byInitial">Where the gradient of the first state goes, <c>[batch × units]</c>.</param>
    public void AddGradients(ReadOnlySpan<double> byState, Span<double> byWeights, Span<double> byInitial)
    {
        int units = Pattern.Units;
        var sums = new double[Pattern.Weights + units];
        for (int b = 0; b < batch; b++)
        {
            sums.AsSpan().Clear();
            foreach (var block in blocks) block.AddGradients(b, byState.Slice(b * units, units), sums);
            TensorPrimitives.Add(byWeights, sums.AsSpan(0, byWeights.Length), byWeights);
            var initial = byInitial.Slice(b * units, units);
            TensorPrimitives.Add<double>(initial, sums.AsSpan(byWeights.Length), initial);
        }
    }

    /// <summary>A copy of what is carried, <c>[batch, numbers]</c>.</summary>
    public Tensor ToTensor() => Functions.Concatenate(1, [.. blocks.Select(block => block.Values.Reshape(batch, -1))]).Detach();

    /// <summary>Takes back what <see cref="ToTensor"/> gave.</summary>
    /// <exception cref="ShapeException">It is of another shape.</exception>
    public void Take(string operation, Tensor values)
    {
        int numbers = blocks.Sum(block => block.Values.ElementCount) / batch;
        if (values.Rank != 2 || values.Shape[0] != batch || values.Shape[1] != numbers)
            throw new ShapeException($"{operation}: the saved derivatives are {values.Shape}; [{batch}, {numbers}] is needed.");
        int first = 0;
        foreach (var block in blocks)
        {
            int width = block.Values.ElementCount / batch;
            block.Take(Functions.Slice(values, 1, first, width).Reshape([.. block.Values.Shape.Lengths]).As(ElementType.Float64));
            first += width;
        }
    }
}

/// <summary>The influence of groups that have as many units and as many columns, <c>[batch · groups, units, columns]</c>.</summary>
sealed class InfluenceBlock
{
    readonly int batch, units, columns;
    readonly bool isFull;
    readonly InfluenceGroup[] groups;
    // A parameter for its memory alone, which is written anew at every step.
    readonly Parameter values;

    public InfluenceBlock(int batch, InfluencePattern pattern, InfluenceGroup[] groups)
    {
        this.batch = batch;
        this.groups = groups;
        isFull = pattern.IsFull;
        units = groups[0].Units.Length;
        columns = groups[0].Columns.Length;
        var numbers = new double[batch * groups.Length * units * columns];
        // The first state depends on itself.
        for (int m = 0; m < batch * groups.Length; m++)
            for (int i = 0; i < units; i++)
                if (Array.IndexOf(GroupOf(m).Columns, pattern.Weights + GroupOf(m).Units[i]) is >= 0 and var own)
                    numbers[(m * units + i) * columns + own] = 1;
        values = new Parameter("influence", Tensor.From(numbers, Shape));

        InfluenceGroup GroupOf(int matrix) => groups[matrix % groups.Length];
    }

    public Tensor Values => values;

    public void Take(Tensor other) => values.Assign(other);

    Shape Shape => [batch * groups.Length, units, columns];

    public double At(int sequence, int unit, int column)
    {
        for (int g = 0; g < groups.Length; g++)
            if (Array.IndexOf(groups[g].Units, unit) is >= 0 and var row && Array.IndexOf(groups[g].Columns, column) is >= 0 and var place)
                return Values.AsSpan<double>()[((sequence * groups.Length + g) * units + row) * columns + place];
        return 0;
    }

    public void Advance(StepDerivatives step)
    {
        var (byState, byColumns) = isFull ? step.All : Gathered(step);
        var next = (units == 1 ? byState * values : Functions.MatMul(byState, values)) + byColumns;
        using var change = values.Change<double>();
        next.AsSpan<double>().CopyTo(change.Values);
    }

    (Tensor ByState, Tensor ByColumns) Gathered(StepDerivatives step)
    {
        int matrices = batch * groups.Length;
        double[] byState = new double[matrices * units * units], byColumns = new double[matrices * units * columns];
        for (int m = 0; m < matrices; m++)
        {
            var group = groups[m % groups.Length];
            step.ByState(m / groups.Length, group.Units, byState.AsSpan(m * units * units));
            step.ByColumns(m / groups.Length, group, byColumns.AsSpan(m * units * columns));
        }
        return (Tensor.From(byState, [matrices, units, units]), Tensor.From(byColumns, Shape));
    }

    /// <summary>Adds the gradient of one sequence to those of all columns.</summary>
    public void AddGradients(int sequence, ReadOnlySpan<double> byState, Span<double> sums)
    {
        var values = Values.AsSpan<double>()[(sequence * groups.Length * units * columns)..];
        var sum = new double[columns];
        foreach (var group in groups)
        {
            sum.AsSpan().Clear();
            foreach (int unit in group.Units)
            {
                TensorPrimitives.MultiplyAdd<double>(values[..columns], byState[unit], sum, sum);
                values = values[columns..];
            }
            for (int k = 0; k < columns; k++) sums[group.Columns[k]] += sum[k];
        }
    }
}
