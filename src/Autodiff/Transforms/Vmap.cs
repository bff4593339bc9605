namespace Autograd;

/// <summary>
/// The vectorising map: a function written for a single row (an example, a direction) is run for all rows of a leading axis at once, by
/// operations on whole tensors, without a loop over the rows.
/// <code>
/// var distances = Vmap.Run(x =&gt; Norm(x - centre), points);                                  // [n, d] to [n]
/// var (_, each) = Differentiate.PerSampleGradients(x =&gt; Loss(model, x), samples, parameters);   // the gradient of every sample
/// var products = Vmap.Run(v =&gt; Differentiate.HessianVectorProduct(f, x, v).Product, directions);
/// </code>
/// <para>
/// It nests with itself and with every derivative, either way round: a map of gradients, the gradient of a map.
/// </para>
/// </summary>
/// <remarks>
/// The function is called once, with tensors that have the shape of a row and no data, and the operations that it performs are run for all
/// rows by their batching rules. What it uses from outside, parameters included, is the same for all rows. So is a <see cref="RandomKey"/>:
/// every row gets the same random numbers, those that it would get alone. Where rows need their own, draw a tensor with the leading axis
/// outside and map over it. A recurrence in the function runs as one plan for all rows.
/// </remarks>
public static class Vmap
{
    /// <summary>Maps a function of one tensor.</summary>
    /// <param name="function">Gives a tensor of any shape, from a row.</param>
    /// <param name="x">Rows, <c>[rows, …]</c>.</param>
    /// <returns>The results, <c>[rows, …]</c>.</returns>
    /// <exception cref="ShapeException">There is no leading axis.</exception>
    /// <exception cref="SymbolicReadException">The function reads a value, of a row or of a parameter, or changes a
    /// parameter.</exception>
    /// <exception cref="MissingRuleException">It uses an operation without a batching rule: a <see cref="CustomOperation"/>.</exception>
    /// <exception cref="InvalidOperationException">It gives null.</exception>
    public static Tensor Run(Func<Tensor, Tensor> function, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run(rows => [function(rows[0])], [x])[0];
    }

    /// <summary>Maps a function of two tensors, row by row.</summary>
    /// <inheritdoc cref="Run(Func{Tensor, Tensor}, Tensor)"/>
    /// <param name="function">Gives a tensor of any shape, from a row.</param>
    /// <param name="x">Rows, <c>[rows, …]</c>.</param>
    /// <param name="y">As many rows.</param>
    /// <exception cref="ShapeException">An argument has no leading axis, or the numbers of rows differ.</exception>
    public static Tensor Run(Func<Tensor, Tensor, Tensor> function, Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run(rows => [function(rows[0], rows[1])], [x, y])[0];
    }

    /// <summary>Maps a function of any number of tensors, with any number of results, at least one of each.</summary>
    /// <inheritdoc cref="Run(Func{Tensor, Tensor}, Tensor)"
    /// path="/*[not(self::param[@name='function' or @name='inputs'])]"/>
    /// <param name="function">Gives tensors of any shapes, from a row of each input.</param>
    /// <param name="inputs">Rows, <c>[rows, …]</c> each.</param>
    /// <exception cref="ShapeException">There is no input or result, or an input has no leading axis, or their numbers of rows
    /// differ.</exception>
    public static Tensor[] Run(Func<Tensor[], Tensor[]> function, Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        var given = Array.ConvertAll(inputs, input => Given(input));
        int count = Rows(given);
        var traced =
            Trace(function, Array.ConvertAll(given, input => new Tensor(input.ElementType, Shape.Create(input.Shape.Lengths[1..]), null)));
        bool[] isMapped = [.. given.Select(_ => true), .. traced.Leaves.Select(_ => false)];
        return MappedProgram.RunSpread(traced, [.. given, .. Array.ConvertAll(traced.Leaves, Recorder.Actual)], isMapped, count);
    }

    /// <summary>What a function does with rows.</summary>
    internal static TracedFunction Trace(Func<Tensor[], Tensor[]> function, Tensor[] rows)
    {
        try
        {
            return TracedFunction.Of(rows, symbols => Checked(function(symbols)), isStep: false);
        }
        catch (SymbolicReadException error)
        {
            throw new SymbolicReadException($"Vmap: the function is traced for all rows at once, and reads: {error.Message}");
        }
    }

    static Tensor Given(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        input = Recorder.Actual(input);
        input.CheckOwner(nameof(Vmap));
        return input;
    }

    static int Rows(Tensor[] inputs)
    {
        if (inputs.Length == 0) throw new ShapeException("Vmap: no tensors were given.");
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Rank == 0)
                throw new ShapeException($"Vmap: input {i} is {inputs[i].Shape}; a leading axis to map over, [rows, ...], is needed.");
            if (inputs[i].Shape[0] != inputs[0].Shape[0])
                throw new ShapeException(
                    $"Vmap: input 0 is {inputs[0].Shape}, input {i} is {inputs[i].Shape}; they need the same number of rows.");
        }
        return inputs[0].Shape[0];
    }

    static Tensor[] Checked(Tensor[] results)
    {
        if (results is null) throw new InvalidOperationException("Vmap: the function gave null; it must give tensors.");
        if (results.Length == 0) throw new ShapeException("Vmap: the function gave no tensors; at least one is needed.");
        int missing = Array.IndexOf(results, null);
        return missing < 0 ? results
            : throw new InvalidOperationException($"Vmap: result {missing} of the function is null; it must be a tensor.");
    }
}
