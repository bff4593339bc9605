namespace Autograd.Layers;

/// <summary>Sums over the windows of a sequence, outside of any tape.</summary>
sealed class GradientTotals(int parameters, int stateTensors, int steps)
{
    readonly Tensor[] sums = new Tensor[parameters];
    readonly Tensor[] initial = new Tensor[stateTensors];
    readonly Tensor[] states = new Tensor[steps * stateTensors];

    public double Loss { get; private set; }

    public Tensor[] Parameters => sums;

    public Tensor[] Initial => initial;

    /// <summary>The initial state's gradient; zeros where no sweep has reached it.</summary>
    public Tensor[] InitialLike(Tensor[] state) =>
        [.. initial.Select((gradient, i) => gradient ?? Tensor.Zeros(state[i].Shape, state[i].ElementType))];

    public void Add(double loss, ReadOnlySpan<Tensor> gradients, ReadOnlySpan<Tensor> first, ReadOnlySpan<Tensor> ofStates, int from)
    {
        Loss += loss;
        Add(sums, gradients);
        Add(initial, first);
        Add(states.AsSpan(Math.Min(from * stateTensors, states.Length)), ofStates);
    }

    /// <summary>The norm of the state's gradient after each step.</summary>
    public double[] StepNorms()
    {
        var norms = new double[steps];
        for (int t = 0; t < steps; t++) norms[t] = Norms.Of(new ReadOnlySpan<Tensor?>(states, t * stateTensors, stateTensors));
        return norms;
    }

    // The first contribution is taken as it is, so that one window has the bits of one sweep.
    static void Add(Span<Tensor> totals, ReadOnlySpan<Tensor> gradients)
    {
        for (int i = 0; i < gradients.Length; i++)
        {
            totals[i] = (totals[i] is null ? gradients[i] : totals[i] + gradients[i]).Detach();
        }
    }
}

/// <summary>Euclidean norms over several tensors.</summary>
static class Norms
{
    /// <summary>The norm of all; what is missing counts as 0.</summary>
    public static double Of(ReadOnlySpan<Tensor?> tensors)
    {
        double sum = 0;
        foreach (var tensor in tensors)
            foreach (double element in tensor?.ToDoubles() ?? [])
                sum += element * element;
        return Math.Sqrt(sum);
    }
}
