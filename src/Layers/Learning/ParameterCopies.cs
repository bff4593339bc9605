namespace Autograd.Layers;

/// <summary>
/// The values with which parameters were used, one for each stretch of time between two updates, in the element type of the inputs.
/// </summary>
sealed class ParameterCopies(Tape tape, IReadOnlyList<Parameter> parameters, ElementType type)
{
    readonly List<(int From, int Parameter, Tensor Value)> copies = [];
    readonly int[] versions = [.. Enumerable.Repeat(-1, parameters.Count)];

    /// <summary>From this step on parameters are used with the values they have now.</summary>
    public void Refresh(int step)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            int version = parameters[i].Version;
            if (versions[i] == version) continue;
            versions[i] = version;
            var value = parameters[i].Detach();
            if (type != value.ElementType) value = value.As(type).Detach();
            tape.Rebind(parameters[i], value);
            copies.Add((step, i, value));
        }
    }

    /// <summary>The copies in use at or after a step.</summary>
    public Tensor[] Since(int step)
    {
        Forget(step);
        return [.. copies.Select(copy => copy.Value)];
    }

    /// <summary>The gradient of each parameter: the sum over its copies.</summary>
    public Tensor[] Gather(ReadOnlySpan<Tensor> gradients)
    {
        var sums = new Tensor[parameters.Count];
        for (int i = 0; i < copies.Count; i++)
        {
            int parameter = copies[i].Parameter;
            sums[parameter] = sums[parameter] is { } sum ? sum + gradients[i] : gradients[i];
        }
        return sums;
    }

    // A copy is out of use once the next one of the same parameter was made at or before the step.
    void Forget(int step)
    {
        for (int i = copies.Count - 1; i >= 0; i--)
        {
            int number = copies[i].Parameter, from = copies[i].From;
            if (copies.Exists(other => other.Parameter == number && other.From > from && other.From <= step)) copies.RemoveAt(i);
        }
    }
}
