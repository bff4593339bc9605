namespace Autograd;

/// <summary>How a Jacobian is formed.</summary>
public enum JacobianMode
{
    /// <summary>Forward if the argument has fewer elements than the result, else reverse.</summary>
    Cheaper,

    /// <summary>Backward sweeps, one direction per element of the result, many at once (<see cref="Vmap"/>).</summary>
    Reverse,

    /// <summary>Forward sweeps, one direction per element of the argument, many at once.</summary>
    Forward,
}

public static partial class Differentiate
{
    /// <summary>The Jacobian of a function, ∂result/∂x, of shape <c>[result…, x…]</c>.</summary>
    /// <param name="function">Gives a tensor of any shape.</param>
    /// <param name="x">Where.</param>
    /// <param name="mode">How; the cheaper way by default.</param>
    public static Tensor Jacobian(Func<Tensor, Tensor> function, Tensor x, JacobianMode mode = JacobianMode.Cheaper) =>
        Problem.Of(function, x).Solve(run => Jacobians(run, mode)).Derivatives[0];

    /// <summary>The Jacobians of a function with respect to parameters, each of shape <c>[result…, parameter…]</c>.</summary>
    /// <inheritdoc cref="Jacobian(Func{Tensor, Tensor}, Tensor, JacobianMode)"/>
    /// <param name="parameters">Parameters that it uses.</param>
    /// <param name="function">Gives a tensor of any shape.</param>
    /// <param name="mode">How; the cheaper way by default.</param>
    public static Tensor[] Jacobian(Func<Tensor> function, IReadOnlyList<Parameter> parameters, JacobianMode mode = JacobianMode.Cheaper) =>
        Problem.Of(function, parameters).Solve(run => Jacobians(run, mode)).Derivatives;

    /// <summary>
    /// The gradient of each sample's own loss, with one evaluation of the batch and one backward sweep per sample:
    /// <c>[batch, parameter…]</c> for each parameter.
    /// </summary>
    /// <param name="losses">Computes <c>[batch]</c>, the loss of each sample.</param>
    /// <param name="parameters">Parameters that it uses.</param>
    /// <exception cref="ShapeException">The result is not of rank 1.</exception>
    public static Tensor[] PerSampleGradients(Func<Tensor> losses, IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(losses);
        return Jacobian(Checked, parameters, JacobianMode.Reverse);

        Tensor Checked()
        {
            var result = Require.Result(nameof(PerSampleGradients), losses());
            if (result.Rank != 1)
                throw new ShapeException($"PerSampleGradients: the losses are {result.Shape}; [batch] is needed, one for each sample.");
            return result;
        }
    }

    /// <summary>
    /// The loss of each sample and its gradients, all samples at once: the gradient is mapped over the samples (<see cref="Vmap"/>), at the
    /// cost of a few sweeps of a batch rather than one per sample. Layers run compiled.
    /// </summary>
    /// <param name="loss">Computes a tensor with one element, from one sample: a row of each of the samples' tensors.</param>
    /// <param name="samples">Tensors of the samples, <c>[samples, …]</c> each.</param>
    /// <param name="parameters">Parameters that it uses.</param>
    /// <returns>The losses <c>[samples, …]</c>, and <c>[samples, parameter…]</c> for each parameter.</returns>
    /// <exception cref="ShapeException">
    /// A loss does not have exactly one element, or for the reasons given at <see cref="Vmap"/>.
    /// </exception>
    public static (Tensor Losses, Tensor[] Gradients) PerSampleGradients(
        Func<Tensor[], Tensor> loss, IReadOnlyList<Tensor> samples, IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(samples);
        Require.NoNull(nameof(PerSampleGradients), nameof(parameters), parameters);
        var results = Vmap.Run(OfOne, [.. samples]);
        return (results[0], results[1..]);

        Tensor[] OfOne(Tensor[] sample)
        {
            var (value, gradients) = ValueAndGradient(() => loss(sample), parameters);
            return [value, .. gradients];
        }
    }

    /// <inheritdoc cref="PerSampleGradients(Func{Tensor[], Tensor}, IReadOnlyList{Tensor}, IReadOnlyList{Parameter})"/>
    public static (Tensor Losses, Tensor[] Gradients) PerSampleGradients(
        Func<Tensor, Tensor> loss, Tensor samples, IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return PerSampleGradients(sample => loss(sample[0]), [samples], parameters);
    }

    static Tensor[] Jacobians(Recording run, JacobianMode mode)
    {
        Require.Defined(nameof(Jacobian), nameof(mode), mode);
        if (mode == JacobianMode.Cheaper)
            mode = run.Sources.Sum(source => (long)source.ElementCount) < run.Result.ElementCount ? JacobianMode.Forward
                : JacobianMode.Reverse;
        return mode == JacobianMode.Reverse ? Rows(run) : Columns(run);
    }

    static Tensor[] Rows(Recording run)
    {
        var (sources, result) = (run.Sources, run.Result);
        var rows = UnitDirections.All(run, result.Shape, result.ElementType, (seed, record) => run.Gradients(result, seed, record));
        return [.. rows.Select((row, s) => Functions.Reshape(row, [.. result.Shape.Lengths, .. sources[s].Shape.Lengths]))];
    }

    static Tensor[] Columns(Recording run)
    {
        var (sources, result) = (run.Sources, run.Result);
        var zeros = Array.ConvertAll(sources, source => Tensor.Zeros(source.Shape, Recorder.Actual(source).ElementType));
        var jacobians = new Tensor[sources.Length];
        for (int s = 0; s < jacobians.Length; s++)
        {
            var columns = UnitDirections.All(run, zeros[s].Shape, zeros[s].ElementType, (tangent, record) =>
            {
                Tensor[] tangents = [.. zeros];
                tangents[s] = tangent;
                return [run.Tangent(result, tangents, record)];
            });
            var flat = Functions.Reshape(columns[0], sources[s].ElementCount, result.ElementCount);
            jacobians[s] = Functions.Reshape(Functions.Transpose(flat), [.. result.Shape.Lengths, .. sources[s].Shape.Lengths]);
        }
        return jacobians;
    }
}
