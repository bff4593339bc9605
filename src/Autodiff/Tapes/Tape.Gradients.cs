namespace Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// The gradients of a scalar with respect to parameters or other tracked tensors: ∂output/∂source, each in the shape of its source.
    /// </summary>
    /// <param name="output">A recorded tensor with one element.</param>
    /// <param name="sources">
    /// Parameters, watched tensors, or any recorded tensors. The gradient of one that the output does not depend on is zero.
    /// </param>
    /// <param name="record">Whether the sweep itself is recorded, so that its results can be differentiated again.</param>
    /// <param name="cancellation">Stops the sweep between entries, and within compiled recurrences; the tape remains usable.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">The output does not have exactly one element.</exception>
    /// <exception cref="TapeException">The output was not recorded, a source is not tracked, or a parameter was changed since it was
    /// used.</exception>
    /// <exception cref="MissingRuleException">The gradient reached an operation without a rule.</exception>
    public Tensor[] Gradients(
        Tensor output, IReadOnlyList<Tensor> sources, bool record = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.ElementCount != 1)
            throw new ShapeException(
                $"Gradients: the output is {output.Shape}; without a seed it must have exactly one element. Sum it, or give a seed.");
        return Gradients([output], [Tensor.Ones(output.Shape, output.ElementType)], sources, record, cancellation: cancellation);
    }

    /// <summary>
    /// The vector–Jacobian products Σ seedᵀ · ∂output/∂source, over all entries or a range of them.
    /// <para>
    /// Sweeping a range is truncated back-propagation: what was recorded before it is treated as constant. Sweeping the later half of a
    /// tape, with the tensors that cross the cut among the sources, and then the earlier half, with their gradients as seeds, is equivalent
    /// to sweeping the whole.
    /// </para>
    /// </summary>
    /// <param name="outputs">Recorded tensors of any shape.</param>
    /// <param name="seeds">The cotangents of the outputs, each in the shape of its output.</param>
    /// <param name="sources">Parameters, watched tensors, or any recorded tensors.</param>
    /// <param name="record">Whether the sweep itself is recorded.</param>
    /// <param name="entries">The entries to visit, in terms of <see cref="Position"/>; all by default.</param>
    /// <param name="cancellation">Stops the sweep between entries, and within compiled recurrences; the tape remains usable.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">The shape of a seed differs from that of its output.</exception>
    /// <exception cref="ElementTypeException">The element type of a seed differs from that of its output.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within the tape.</exception>
    /// <exception cref="TapeException">An output was not recorded, a source is not tracked, or a parameter was changed since it was
    /// used.</exception>
    /// <exception cref="MissingRuleException">The gradient reached an operation without a rule.</exception>
    public Tensor[] Gradients(
        IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> seeds, IReadOnlyList<Tensor> sources, bool record = false,
        Range? entries = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(sources);
        ThrowIfMisused(nameof(Gradients));
        ThrowIfParameterChanged();
        Tensor[] given = CheckPairs(nameof(Gradients), outputs, seeds, "output", "seed");
        int[] outputNumbers = NumbersOf(nameof(Gradients), outputs, "output");
        int[] sourceNumbers = NumbersOf(nameof(Gradients), sources, "source");
        var (first, end) = Bounds(nameof(Gradients), entries ?? Range.All);
        var found = Sweep(outputNumbers, given, sourceNumbers, first, end, record, cancellation);
        ThrowIfParameterChanged();
        for (int i = 0; i < found.Length; i++)
        {
            var source = Memory.ValueOf(sourceNumbers[i]);
            var gradient = found[i] ??= Tensor.Zeros(source.Shape, source.ElementType);
            Observer?.ObserveGradient(this, source, gradient);
        }
        return found!;
    }

    /// <summary>
    /// Forward mode over the recorded entries: the Jacobian–vector products Σ ∂output/∂source · tangent, one for each output.
    /// </summary>
    /// <param name="outputs">Recorded tensors of any shape.</param>
    /// <param name="sources">Parameters, watched tensors, or any recorded tensors.</param>
    /// <param name="tangents">The tangents of the sources, each in the shape of its source.</param>
    /// <param name="record">Whether the sweep itself is recorded.</param>
    /// <param name="entries">
    /// The entries to visit, in terms of <see cref="Position"/>; all by default. What was recorded before is treated as constant.
    /// </param>
    /// <exception cref="ShapeException">The shape of a tangent differs from that of its source.</exception>
    /// <exception cref="ElementTypeException">The element type of a tangent differs from that of its source.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within the tape.</exception>
    /// <exception cref="TapeException">An output was not recorded, a source is not tracked, or a parameter was changed since it was
    /// used.</exception>
    /// <exception cref="MissingRuleException">A tangent reached an operation without a rule.</exception>
    public Tensor[] Tangents(
        IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> sources, IReadOnlyList<Tensor> tangents, bool record = false,
        Range? entries = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(tangents);
        ThrowIfMisused(nameof(Tangents));
        ThrowIfParameterChanged();
        Tensor[] given = CheckPairs(nameof(Tangents), sources, tangents, "source", "tangent");
        int[] outputNumbers = NumbersOf(nameof(Tangents), outputs, "output");
        int[] sourceNumbers = NumbersOf(nameof(Tangents), sources, "source");
        var (first, end) = Bounds(nameof(Tangents), entries ?? Range.All);
        record &= IsRecording;
        using var scope = new PauseScope(this, record);
        using var user = EnterUserCode(record);
        var found = new ForwardSweep(this, record).Run(sourceNumbers, given, outputNumbers, first, end);
        ThrowIfParameterChanged();
        var results = new Tensor[outputs.Count];
        for (int i = 0; i < results.Length; i++) results[i] = found[i] ?? Tensor.Zeros(outputs[i].Shape, outputs[i].ElementType);
        return results;
    }

    Tensor?[] Sweep(int[] outputs, Tensor[] seeds, int[] sources, int first, int end, bool record, CancellationToken cancellation)
    {
        record &= IsRecording;
        using var scope = new PauseScope(this, record);
        var (own, before) = (Memory.RentSweep(), scratch);
        // Rules of a recorded sweep make values of the tape, those of any other one temporary ones.
        scratch = record ? null : own;
        sweeps++;
        try
        {
            return new BackwardSweep(this, own, sources, record, cancellation).Run(outputs, seeds, first, end);
        }
        catch
        {
            own.Empty();
            throw;
        }
        finally
        {
            sweeps--;
            scratch = before;
            own.ReleaseTemporaries();
            Memory.Return(own);
        }
    }

    (int First, int End) Bounds(string operation, Range entries)
    {
        int count = Memory.EntryCount, first = entries.Start.GetOffset(count), end = entries.End.GetOffset(count);
        if (first < 0 || end < first || end > count)
            throw new ArgumentOutOfRangeException(
                nameof(entries), $"{operation}: the range {entries} does not lie within the tape, which has {count} entries.");
        return (first, end);
    }

    int[] NumbersOf(string operation, IReadOnlyList<Tensor> tensors, string role)
    {
        var numbers = new int[tensors.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            var tensor = tensors[i] ?? throw new ArgumentNullException(role, $"{role} {i} is null.");
            tensor.CheckOwner(operation);
            numbers[i] = NumberOf(Resolve(tensor));
            if (numbers[i] < 0)
                throw new TapeException(
                    $"The {role} {i}, a tensor {tensor.Shape}{tensor.MadeBy()}, is not tracked by this tape. " +
                    (role == "source" ? "Watch it before it is used."
                        : "Nothing that it was computed from is a parameter or a watched tensor, or it was computed where nothing is "
                        + "recorded: in a pause, a hook or a rule."));
            if (role == "source" && WhyNoSource(numbers[i]) is { } reason) throw new TapeException($"A source {tensor.Shape} is {reason}");
        }
        return numbers;
    }

    /// <summary>Whether what flows through a value would be missing, because an operation keeps it to itself.</summary>
    internal bool IsWithinAnOperation(Tensor tensor) => NumberOf(Resolve(tensor)) is >= 0 and var number && WhyNoSource(number) is not null;

    string? WhyNoSource(int number)
    {
        int entry = Memory.EntryOf(number);
        // A part of such a value is a view of it.
        while (Memory.OperandNumbersOf(entry) is [>= 0 and var operand, ..] && Memory.OperandsOf(entry)[0].Storage is { } storage
            && storage == Memory.ValueOf(number).Storage
            && Memory.OperationOf(entry)!.WhyNoSource(number - Memory.FirstValueOf(entry)) is null)
            (number, entry) = (operand, Memory.EntryOf(operand));
        return Memory.OperationOf(entry)?.WhyNoSource(number - Memory.FirstValueOf(entry));
    }

    // The vectors, with bound values in the place of parameters.
    Tensor[] CheckPairs(string operation, IReadOnlyList<Tensor> values, IReadOnlyList<Tensor> vectors, string valueRole, string vectorRole)
    {
        if (values.Count != vectors.Count)
            throw new ArgumentException($"{operation}: {values.Count} {valueRole}s but {vectors.Count} {vectorRole}s were given.");
        var resolved = new Tensor[vectors.Count];
        for (int i = 0; i < resolved.Length; i++)
        {
            if (values[i] is null || vectors[i] is null) throw new ArgumentNullException($"{valueRole} {i} or its {vectorRole}");
            var (value, vector) = (Resolve(values[i]), resolved[i] = Resolve(vectors[i]));
            vector.CheckOwner(operation);
            if (vector.ElementType != value.ElementType)
                throw new ElementTypeException(
                    $"{operation}: {valueRole} {i} is {value.ElementType}, its {vectorRole} is {vector.ElementType}; convert one.");
            if (value.Shape != vector.Shape)
                throw new ShapeException($"{operation}: {valueRole} {i} is {value.Shape}, its {vectorRole} is {vector.Shape}.");
        }
        return resolved;
    }

    void ThrowIfParameterChanged()
    {
        if (Memory.ChangedParameter() is { } parameter) ThrowChanged(parameter);
    }

    static void ThrowIfChanged(Leaf leaf)
    {
        if (leaf.Changed is { } parameter) ThrowChanged(parameter);
    }

    static void ThrowChanged(Parameter parameter) => throw new TapeException(
        $"Parameter {parameter.Name} was changed after it had been used on this tape, so its gradient would be wrong. "
        + "Update parameters after the last sweep, or begin a new tape.");
}
