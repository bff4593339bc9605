namespace Autograd;

/// <summary>How a Jacobian is formed.</summary>
public enum JacobianMode
{
    /// <summary>Forward if the argument has fewer elements than the result, else reverse.</summary>
    Cheaper,

    /// <summary>A backward sweep for each element of the result.</summary>
    Reverse,

    /// <summary>A forward sweep for each element of the argument.</summary>
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
    /// <param name="function"/><param name="mode"/>
    public static Tensor[] Jacobian(Func<Tensor> function, IReadOnlyList<Parameter> parameters, JacobianMode mode = JacobianMode.Cheaper) =>
        Problem.Of(function, parameters).Solve(run => Jacobians(run, mode)).Derivatives;

    /// <summary>
    /// The gradient of each sample's own loss, with one evaluation of the batch and a backward sweep for each sample:
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
            var result = losses();
            if (result.Rank != 1) throw new ShapeException($"PerSampleGradients: the losses are {result.Shape}; [batch] is needed, one for each sample.");
            return result;
        }
    }

    static Tensor[] Jacobians(Recording run, JacobianMode mode)
    {
        if (mode == JacobianMode.Cheaper)
            mode = run.Sources.Sum(source => (long)source.ElementCount) < run.Result.ElementCount ? JacobianMode.Forward : JacobianMode.Reverse;
        return mode == JacobianMode.Reverse ? Rows(run) : Columns(run);
    }

    static Tensor[] Rows(Recording run)
    {
        var (sources, result) = (run.Sources, run.Result);
        var rows = new Tensor[result.ElementCount][];
        for (int i = 0; i < rows.Length; i++) rows[i] = run.Gradients(result, Unit(result, i), run.IsNested);
        var jacobians = new Tensor[sources.Length];
        for (int s = 0; s < jacobians.Length; s++)
            jacobians[s] = Stacked([.. rows.Select(row => row[s])], [.. result.Shape.Lengths, .. sources[s].Shape.Lengths], sources[s].ElementType);
        return jacobians;
    }

    static Tensor[] Columns(Recording run)
    {
        var (sources, result) = (run.Sources, run.Result);
        var zeros = Array.ConvertAll(sources, source => Tensor.Zeros(source.Shape, Recorder.Actual(source).ElementType));
        var jacobians = new Tensor[sources.Length];
        for (int s = 0; s < jacobians.Length; s++)
        {
            var columns = new Tensor[sources[s].ElementCount];
            for (int i = 0; i < columns.Length; i++)
            {
                Tensor[] tangents = [.. zeros];
                tangents[s] = Unit(zeros[s], i);
                columns[i] = run.Tangent(result, tangents, run.IsNested);
            }
            var stacked = Stacked(columns, [sources[s].ElementCount, result.ElementCount], result.ElementType);
            jacobians[s] = Functions.Reshape(Functions.Transpose(stacked), [.. result.Shape.Lengths, .. sources[s].Shape.Lengths]);
        }
        return jacobians;
    }

    static Tensor Stacked(Tensor[] parts, int[] lengths, ElementType type) =>
        parts.Length == 0 ? Tensor.Zeros(Shape.Create(lengths), type) : Functions.Reshape(Functions.Stack(parts), lengths);

    /// <summary>Zeros with a 1 at one position.</summary>
    static Tensor Unit(Tensor like, int position)
    {
        var elements = new double[like.ElementCount];
        elements[position] = 1;
        return Tensor.Own(elements, like.Shape, like.ElementType);
    }
}
