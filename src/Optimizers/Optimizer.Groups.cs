using static System.FormattableString;

namespace Autograd.Optimizers;

/// <content>Parameters that are treated in other ways.</content>
public abstract partial class Optimizer
{
    readonly ParameterGroup?[] groupOf;
    readonly bool[] isFrozen;

    // Gradients that count where some do not; in memory that is used again.
    readonly List<Tensor> counted = [];
    IReadOnlyList<ParameterGroup> groups = [];

    /// <summary>
    /// Groups of parameters with a different rate or weight decay, or frozen; none by default. Parameters in no group are not affected.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A group is null, or has a parameter that this optimizer does not have, or that another group has.
    /// </exception>
    public IReadOnlyList<ParameterGroup> Groups
    {
        get => groups;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ParameterGroup[] given = [.. value];
            var found = new ParameterGroup?[parameters.Length];
            foreach (var group in given)
            {
                if (group is null) throw new ArgumentException($"{name}: a group of parameters is null.", nameof(value));
                foreach (var parameter in group.Parameters) found[IndexOf(parameter, found)] = group;
            }
            groups = Array.AsReadOnly(given);
            found.CopyTo(groupOf, 0);
        }
    }

    int IndexOf(Parameter parameter, ParameterGroup?[] taken)
    {
        int index = Array.IndexOf(parameters, parameter);
        if (index < 0)
            throw new ArgumentException($"{name}: a group has the parameter {parameter.Name}, which is not learned here.", nameof(Groups));
        if (taken[index] is not null)
            throw new ArgumentException($"{name}: the parameter {parameter.Name} is in two groups.", nameof(Groups));
        return index;
    }

    GradientLimits Limits(IReadOnlyList<Tensor> gradients)
    {
        if (Clipping is null) return GradientLimits.None;
        double size = Clipping.Measure(Counted(gradients));
        counted.Clear();
        if (!double.IsFinite(size)) throw NonFiniteGradientException.For(name, parameters, isFrozen, gradients);
        return Clipping.Limits(size);
    }

    /// <summary>Throws if gradients that count are not finite, or their norm is beyond a bound.</summary>
    internal void ThrowIfDiverged(IReadOnlyList<Tensor> gradients, double largest)
    {
        TakeFrozen();
        double norm = GradientNorm.Global(Counted(gradients));
        counted.Clear();
        if (!double.IsFinite(norm)) throw NonFiniteGradientException.For(name, parameters, isFrozen, gradients);
        if (norm > largest) throw new ExplodingGradientException(steps, norm, largest);
    }

    IReadOnlyList<Tensor> Counted(IReadOnlyList<Tensor> gradients)
    {
        if (!isFrozen.AsSpan().Contains(true)) return gradients;
        for (int i = 0; i < isFrozen.Length; i++)
            if (!isFrozen[i])
                counted.Add(gradients[i]);
        return counted;
    }

    // For the whole of a step.
    void TakeFrozen()
    {
        for (int i = 0; i < isFrozen.Length; i++) isFrozen[i] = groupOf[i] is { IsFrozen: true };
    }
}
