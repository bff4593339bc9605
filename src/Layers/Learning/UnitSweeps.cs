namespace Autograd.Layers;

/// <summary>Gets a unit's derivatives by the state before, <c>[units]</c>, and by weights, <c>[weights]</c>.</summary>
delegate void UnitDerivatives(int unit, ReadOnlySpan<double> byState, ReadOnlySpan<double> byWeights);

/// <summary>
/// Backward sweeps of a recorded step from units of the next state to the state before and to weights: many at once, by a map over their
/// directions, where every operation of the step can be mapped.
/// </summary>
/// <param name="tape">What has recorded the step.</param>
/// <param name="before">The tensors of the state before, each <c>[batch, …]</c>.</param>
/// <param name="after">Those of the next state.</param>
/// <param name="weights">The weights.</param>
/// <param name="batch">Number of sequences.</param>
sealed class UnitSweeps(Tape tape, Tensor[] before, Tensor[] after, Tensor[] weights, int batch)
{
    // Of all weights' derivatives at once, 32 MB.
    const int MostElements = 1 << 22;

    int Units => before.Sum(UnitsOf);

    int Weights => weights.Sum(weight => weight.ElementCount);

    /// <summary>The derivatives of the next state that a pattern asks for.</summary>
    public StepDerivatives Derivatives(InfluencePattern pattern)
    {
        var (state, weight) = (pattern.StateColours, pattern.WeightColours);
        var (states, sweeps) = (Count(state), Count(weight));
        bool isOne = state.AsSpan().SequenceEqual(weight);
        var swept = Sweeps(weight, sweeps, isEachSequence: true, isOne ? [.. before, .. weights] : weights);
        var byState = isOne
            ? BySequence(swept[..before.Length], sweeps, (b, c) => (b * sweeps + c) * batch + b)
            : BySequence(Sweeps(state, states, isEachSequence: false, before), states, (b, c) => c * batch + b);
        return new(pattern, byState, ByWeights(isOne ? swept[before.Length..] : swept, Units).Reshape(batch, sweeps, -1));
    }

    /// <summary>Calls for each unit of the first sequence's next state with its derivatives by the state before and by weights.</summary>
    public void EachUnit(UnitDerivatives found)
    {
        int units = Units, most = Math.Max(1, MostElements / Math.Max(1, Weights));
        for (int first = 0; first < units; first += most)
        {
            int count = Math.Min(most, units - first);
            int[] colours = [.. Enumerable.Range(-first, units).Select(unit => unit < count ? unit : -1)];
            var swept = Sweeps(colours, count, isEachSequence: true, [.. before, .. weights]);
            var byState = BySequence(swept[..before.Length], count, (b, c) => (b * count + c) * batch + b).AsSpan<double>();
            var byWeights = ByWeights(swept[before.Length..], 0).AsSpan<double>();
            for (int i = 0; i < count; i++) found(first + i, byState.Slice(i * units, units), byWeights.Slice(i * Weights, Weights));
        }
    }

    // The gradients of sums of units, those of a colour, along a leading axis: for each sequence by itself, or over all sequences.
    Tensor[] Sweeps(int[] colours, int count, bool isEachSequence, Tensor[] sources)
    {
        int directions = count * (isEachSequence ? batch : 1);
        var (outputs, seeds) = Seeds(colours, count, isEachSequence);
        if (outputs.Length == 0)
            return Array.ConvertAll(sources, source => Tensor.Zeros([directions, .. source.Shape.Lengths], source.ElementType));
        return directions == 1 ? OneByOne() : Mapped() ?? OneByOne();

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
            Tensor[][] each = [.. Enumerable.Range(0, directions).Select(d => Sweep(Array.ConvertAll(seeds, seed => seed[d]), false))];
            return [.. sources.Select((_, s) => Functions.Stack([.. each.Select(one => one[s])]))];
        }
    }

    (Tensor[] Outputs, Tensor[] Seeds) Seeds(int[] colours, int count, bool isEachSequence)
    {
        int directions = count * (isEachSequence ? batch : 1);
        var (outputs, seeds) = (new List<Tensor>(), new List<Tensor>());
        int first = 0;
        foreach (var tensor in after)
        {
            int width = UnitsOf(tensor), start = first;
            first += width;
            if (!tape.IsTracked(tensor)) continue;
            var seed = new double[directions * batch * width];
            for (int b = 0; b < batch; b++)
                for (int i = 0; i < width; i++)
                {
                    int colour = colours[start + i];
                    if (colour < 0) continue;
                    int direction = isEachSequence ? b * count + colour : colour;
                    seed[(direction * batch + b) * width + i] = 1;
                }
            outputs.Add(tensor);
            seeds.Add(Tensor.From(seed, [directions, .. tensor.Shape.Lengths], tensor.ElementType));
        }
        return ([.. outputs], [.. seeds]);
    }

    static int Count(int[] colours) => colours.Length == 0 ? 0 : colours.Max() + 1;

    // Derivatives by the state, [directions, batch, …], side by side, and of each sequence those by its own: [batch, colours, units].
    Tensor BySequence(Tensor[] gradients, int count, Func<int, int, int> rowOf)
    {
        int rows = gradients[0].Shape[0] * batch;
        var all = Side(gradients, rows);
        if (batch > 1)
        {
            int[] own = [.. Enumerable.Range(0, batch).SelectMany(b => Enumerable.Range(0, count).Select(c => rowOf(b, c)))];
            all = Functions.GatherRows(all, own);
        }
        return all.Reshape(batch, count, -1);
    }

    // Derivatives by weights, [directions, …], side by side, with zeros after them.
    static Tensor ByWeights(Tensor[] gradients, int zeros)
    {
        int rows = gradients[0].Shape[0];
        return Side(zeros == 0 ? gradients : [.. gradients, Tensor.Zeros([rows, zeros], gradients[0].ElementType)], rows);
    }

    static Tensor Side(Tensor[] tensors, int rows) =>
        Functions.Concatenate(1, Array.ConvertAll(tensors, tensor => tensor.Reshape(rows, -1))).As(ElementType.Float64);

    static int UnitsOf(Tensor tensor) => tensor.Shape.Product(1, tensor.Rank);
}
