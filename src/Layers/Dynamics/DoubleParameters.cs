namespace Autograd.Layers;

/// <summary>Double copies of a module's parameters, put in their place while something is computed.</summary>
sealed class DoubleParameters
{
    readonly (Parameter Parameter, int Version, Tensor Value)[] copies;

    public DoubleParameters(Module module)
    {
        copies = [.. module.Parameters
            .Where(parameter => parameter.ElementType != ElementType.Float64)
            .Select(parameter => (parameter, parameter.Version, parameter.Detach().As(ElementType.Float64).Detach()))];
    }

    /// <summary>Whether the parameters still are what they were when they were copied.</summary>
    public bool AreCurrent => Array.TrueForAll(copies, copy => copy.Parameter.Version == copy.Version);

    /// <summary>Computes with the copies, on the tape there is or else on one of its own.</summary>
    public Tensor Run(Tensor x, Func<Tensor, Tensor> function) => Run(() => function(x), result => result.Detach());

    /// <summary>Computes a result of any type with the copies, on the tape there is or else on one of its own.</summary>
    /// <param name="function">What is computed.</param>
    /// <param name="detach">Makes a copy of the result that outlives a tape.</param>
    public TResult Run<TResult>(Func<TResult> function, Func<TResult, TResult> detach)
    {
        if (copies.Length == 0) return function();
        if (Tape.Current is { } tape)
        {
            Bind(tape);
            return function();
        }
        using var own = new Tape();
        Bind(own);
        using (own.Pause()) return detach(function());
    }

    void Bind(Tape tape)
    {
        foreach (var (parameter, _, value) in copies)
            if (Tape.Actual(parameter).ElementType != ElementType.Float64)
                tape.Bind(parameter, value);
    }
}
