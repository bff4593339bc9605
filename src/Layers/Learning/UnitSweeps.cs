namespace Autograd.Layers;

/// <summary>Gets a unit's derivatives by the state before, <c>[units]</c>, and by weights, <c>[weights]</c>.</summary>
internal delegate void UnitDerivatives(int unit, ReadOnlySpan<double> byState, ReadOnlySpan<double> byWeights);

/// <summary>
/// Backward sweeps of a recorded step from units of the next state to the state before and to weights: many at once, by a map over their
/// directions, where every operation of the step can be mapped.
/// </summary>
/// <param name="tape">What has recorded the step.</param>
/// <param name="before">The tensors of the state before, each <c>[batch, …]</c>.</param>
/// <param name="after">Those of the next state.</param>
/// <param name="weights">The weights.</param>
/// <param name="batch">Number of sequences.</param>
internal sealed class UnitSweeps(Tape tape, Tensor[] before, Tensor[] after, Tensor[] weights, int batch)
{
    // Of all weights' derivatives at once, 32 MB.
    const int MostElements = 1 << 22;

    int Units => before.Sum(UnitsOf);

    int Weights => weights.Sum(weight => weight.ElementCount);

    /// <summary>The derivatives of the next state that a pattern asks for.</summary>
    public StepDerivatives Derivatives(InfluencePattern pattern)
    {
        var (state, weight) = (pattern.StateColours, pattern.WeightColours);
        bool isOne = state.AsSpan().SequenceEqual(weight);
        var swept = Sweeps(weight, isEachSequence: true, isOne ? [.. before, .. weights] : weights);
        var byState = isOne ? OwnRows(swept.AsSpan(0, before.Length), Count(weight)) : Columns(Sweeps(state, false, before), Count(state));
        return new(batch, pattern, byState, Side(swept.AsSpan(isOne ? before.Length : 0), batch * Count(weight), Units));
    }

    /// <summary>Calls for each unit of the first sequence's next state with its derivatives by the state before and by weights.</summary>
    public void EachUnit(UnitDerivatives found)
    {
        int units = Units, most = Math.Max(1, MostElements / Math.Max(1, Weights));
        for (int first = 0; first < units; first += most)
        {
            int start = first, count = Math.Min(most, units - start);
            int[] colours = [.. Enumerable.Range(-start, units).Select(unit => unit < count ? unit : -1)];
            var swept = Sweeps(colours, true, [.. before, .. weights], count);
            double[] byState = OwnRows(swept.AsSpan(0, before.Length), count);
            double[] byWeights = Side(swept.AsSpan(before.Length), batch * count, 0);
            for (int i = 0; i < count; i++)
                found(start + i, byState.AsSpan(i * units, units), byWeights.AsSpan(i * Weights, Weights));
        }
    }

    // The gradients of sums of units, those of a colour, along a leading axis: for each sequence by itself, or over all sequences.
    Tensor[] Sweeps(int[] colours, bool isEachSequence, Tensor[] sources, int count = 0)
    {
        count = (count == 0 ? Count(colours) : count) * (isEachSequence ? batch : 1);
        var (outputs, seeds) = Seeds(colours, isEachSequence, count);
        if (outputs.Length == 0) return Array.ConvertAll(sources, source => Tensor.Zeros([count, .. source.Shape.Lengths], source.ElementType));
        return count == 1 ? Array.ConvertAll(Sweep([.. seeds.Select(seed => seed[0])], false), gradient => gradient.Reshape([1, .. gradient.Shape.Lengths]))
            : Mapped() ?? OneByOne();

        Tensor[] Sweep(Tensor[] directions, bool record) => tape.Gradients(outputs, directions, sources, record);

        Tensor[]? Mapped()
        {
            try
            {
                return Vmap.Run(directions => Sweep(directions, true), seeds);
            }
            catch (Exception error) when (error is MissingRuleException or SymbolicReadException)
            {
                return null;
            }
        }

        Tensor[] OneByOne()
        {
            Tensor[][] each = [.. Enumerable.Range(0, count).Select(d => Sweep(Array.ConvertAll(seeds, seed => seed[d]), false))];
            return [.. sources.Select((_, s) => Functions.Stack([.. each.Select(one => one[s])]))];
        }
    }

    (Tensor[] Outputs, Tensor[] Seeds) Seeds(int[] colours, bool isEachSequence, int count)
    {
        var (outputs, seeds) = (new List<Tensor>(), new List<Tensor>());
        int first = 0;
        foreach (var tensor in after)
        {
            int width = UnitsOf(tensor), start = first;
            first += width;
            if (!tape.IsTracked(tensor)) continue;
            var seed = new double[count * batch * width];
            for (int b = 0; b < batch; b++)
                for (int i = 0; i < width; i++)
                {
                    int colour = colours[start + i];
                    if (colour < 0) continue;
                    int direction = isEachSequence ? b * (count / batch) + colour : colour;
                    seed[(direction * batch + b) * width + i] = 1;
                }
            outputs.Add(tensor);
            seeds.Add(Tensor.From(seed, [count, .. tensor.Shape.Lengths], tensor.ElementType));
        }
        return ([.. outputs], [.. seeds]);
    }

    static int Count(int[] colours) => colours.Length == 0 ? 0 : colours.Max() + 1;

    // From [sequences · colours, batch, units] what each sequence has by its own state: [sequences, colours, units].
    double[] OwnRows(ReadOnlySpan<Tensor> tensors, int count) => Joined(tensors, count, (b, c) => (b * count + c) * batch + b);

    // From [colours, batch, units]: [batch, colours, units].
    double[] Columns(ReadOnlySpan<Tensor> tensors, int count) => Joined(tensors, count, (b, c) => c * batch + b);

    double[] Joined(ReadOnlySpan<Tensor> tensors, int count, Func<int, int, int> rowOf)
    {
        int units = Units, first = 0;
        var joined = new double[batch * count * units];
        foreach (var tensor in tensors)
        {
            var elements = tensor.ToDoubles();
            int width = elements.Length / Math.Max(1, tensor.Shape[0] * batch);
            for (int b = 0; b < batch; b++)
                for (int c = 0; c < count; c++)
                    elements.AsSpan(rowOf(b, c) * width, width).CopyTo(joined.AsSpan((b * count + c) * units + first));
            first += width;
        }
        return joined;
    }

    // Rows of tensors side by side, with zeros after them.
    static double[] Side(ReadOnlySpan<Tensor> tensors, int rows, int zeros)
    {
        int length = zeros, first = 0;
        foreach (var tensor in tensors) length += tensor.ElementCount / Math.Max(1, rows);
        var joined = new double[rows * length];
        foreach (var tensor in tensors)
        {
            var elements = tensor.ToDoubles();
            int width = elements.Length / Math.Max(1, rows);
            for (int r = 0; r < rows; r++) elements.AsSpan(r * width, width).CopyTo(joined.AsSpan(r * length + first));
            first += width;
        }
        return joined;
    }

    static int UnitsOf(Tensor tensor) => tensor.Shape.Product(1, tensor.Rank);
}
