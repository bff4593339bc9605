namespace Autograd.Transforms;

/// <summary>A function, and what it is differentiated with respect to: its argument, or parameters that it uses.</summary>
sealed class Problem
{
    readonly Func<Tape, Tensor[]> begin;
    readonly Func<Tensor[], Tensor> evaluate;

    Problem(Func<Tape, Tensor[]> begin, Func<Tensor[], Tensor> evaluate)
    {
        this.begin = begin;
        this.evaluate = evaluate;
    }

    public static Problem Of(Func<Tensor, Tensor> function, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        return new Problem(tape => [Own(tape, x)], sources => function(sources[0]));
    }

    public static Problem Of(Func<Tensor> function, IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(function);
        Require.NoNull(nameof(Differentiate), nameof(parameters), parameters);
        return new Problem(
            tape => tape.IsTrace ? [.. parameters.Select(tape.Symbol)] : [.. parameters],
            sources => Tape.Current is { IsTrace: true } trace ? trace.RunWith(parameters, sources, function) : function());
    }

    /// <summary>A function of several tensors.</summary>
    public static Problem Of(Func<Tensor[], Tensor> function, Tensor[] x) =>
        new(tape => Array.ConvertAll(x, one => Own(tape, one)), function);

    /// <summary>
    /// Runs the function and derives from it. Inside another scope everything is recorded, so that it can be differentiated again; where
    /// nothing could be, and outside of any scope, only copies of the results are left.
    /// </summary>
    public (Tensor Value, Tensor[] Derivatives) Solve(Func<Recording, Tensor[]> derive)
    {
        if (Tape.Current is { } outer) return SolveWithin(outer, derive);
        using var tape = new Tape();
        return Copies(Solve(tape, derive, isNested: false).Results);
    }

    (Tensor Value, Tensor[] Derivatives) SolveWithin(Tape outer, Func<Recording, Tensor[]> derive)
    {
        bool isRecorded = outer.IsRecording;
        var mark = outer.Memory.Mark();
        // Also where the enclosing scope has paused: a derivative needs the record.
        using var recording = new Tape.PauseScope(outer, recording: true);
        using var user = Recorder.EnterUserCode(isRecording: true);
        bool isDone = false;
        try
        {
            var (sources, results) = Solve(outer, derive, isNested: true);
            if (outer.IsTrace || (isRecorded && outer.DependsOnOther(mark, sources))) return (results[0], results[1..]);
            isDone = true;
            return Copies(results);
        }
        finally
        {
            if (isDone || !isRecorded) outer.Memory.Forget(mark, []);
        }
    }

    (Tensor[] Sources, Tensor[] Results) Solve(Tape tape, Func<Recording, Tensor[]> derive, bool isNested)
    {
        var sources = begin(tape);
        int start = tape.Position;
        var value = evaluate(sources)
            ?? throw new InvalidOperationException("Differentiate: the function gave null; it must give a tensor.");
        value = Recorder.Actual(value);
        return (sources, [value, .. derive(new Recording(tape, start, sources, value, isNested))]);
    }

    static (Tensor Value, Tensor[] Derivatives) Copies(Tensor[] results) =>
        (results[0].Detach(), [.. results[1..].Select(result => result.Detach())]);

    // The argument gets an entry of its own, so that a function that also refers to x from outside is not differentiated by that x as well.
    // In a trace that entry is part of the program, whatever x is. What an operation keeps to itself could not be a source, nor could views
    // of it.
    static Tensor Own(Tape tape, Tensor x) => tape.IsTrace ? tape.Symbol(x)
        : tape.Watch(tape.IsWithinAnOperation(x) ? x * 1 : Functions.Reshape(x, x.Shape.Lengths));
}

/// <summary>
/// An evaluated function on a tape. What an enclosing scope has recorded before is treated as constant, and what does not depend on the
/// sources has derivative 0.
/// </summary>
/// <param name="Tape">The tape.</param>
/// <param name="Start">Where the function's entries begin.</param>
/// <param name="Sources">What it is differentiated with respect to.</param>
/// <param name="Result">Its result.</param>
/// <param name="IsNested">Whether derivatives may be differentiated again and must be recorded.</param>
sealed record Recording(Tape Tape, int Start, Tensor[] Sources, Tensor Result, bool IsNested)
{
    public Tensor[] Gradients(Tensor output, Tensor seed, bool record) => Tape.NumberOf(output) >= 0
        ? Tape.Gradients([output], [seed], Sources, record, Start..)
        : Array.ConvertAll(Sources, source => Tensor.Zeros(source.Shape, Recorder.Actual(source).ElementType));

    public Tensor Tangent(Tensor output, IReadOnlyList<Tensor> tangents, bool record) => Tangents([output], tangents, record)[0];

    /// <summary>The tangents of several outputs, in one sweep.</summary>
    public Tensor[] Tangents(Tensor[] outputs, IReadOnlyList<Tensor> tangents, bool record)
    {
        var tracked = Array.FindAll(outputs, output => Tape.NumberOf(output) >= 0);
        var found = Tape.Tangents(tracked, Sources, tangents, record, Start..);
        int used = 0;
        return Array.ConvertAll(outputs, output => Tape.NumberOf(output) >= 0 ? found[used++]
            : Tensor.Zeros(output.Shape, output.ElementType));
    }

    /// <summary>The gradients of the result, which must have one element.</summary>
    public Tensor[] Gradients(bool record)
    {
        if (Result.ElementCount != 1)
            throw new ShapeException(
                $"Gradient: the function's result is {Result.Shape}; it must have exactly one element. Sum it, or use Vjp or Jacobian.");
        return Gradients(Result, Tensor.Ones(Result.Shape, Result.ElementType), record);
    }
}
