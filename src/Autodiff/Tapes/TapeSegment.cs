using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Autograd.Tapes;

/// <summary>
/// A segment of a tape, run again under what was at hand when it was run first: the time step, the values bound to parameters, and whatever
/// it was told by
/// <see cref="Checkpoint.AsAtFirst"/>. Its results are compared with those kept, to the bit, and what they depend on with what they
/// depended on.
/// </summary>
sealed class TapeSegment(
    Tape tape, Func<Tensor[]> function, TapeSegment? outer, TimeStep? step, IReadOnlyDictionary<Parameter, Tensor>? bindings) : Segment
{
    const string Unequal = "Checkpoint: the segment must compute the same when it is run again, and did not";

    const string Advice =
        "Functions capture variables, not their values, so copy what a loop changes into variables of its own; draw random numbers from "
        + "a RandomKey.";

    Dictionary<object, object?>? seen;
    bool isReplay;

    /// <summary>Values bound to parameters when the segment was run first.</summary>
    public IReadOnlyDictionary<Parameter, Tensor>? Bindings => bindings;

    /// <summary>The segment that this one is part of, while it runs.</summary>
    public TapeSegment? Outer { get; private set; } = outer;

    /// <summary>The results as they were kept.</summary>
    public Tensor[] Results { get; set; } = [];

    /// <summary>What was watched within the segment at its first run.</summary>
    public List<Tensor> Watched { get; set; } = [];

    /// <summary>Whether the results must be those kept, to the bit.</summary>
    public bool IsExact { get; init; } = true;

    /// <summary>Runs the function.</summary>
    /// <exception cref="TapeException">It gave null.</exception>
    public Tensor[] Run()
    {
        var results = function() ?? throw new TapeException("Checkpoint: the segment gave null; it must give its results.");
        int missing = Array.IndexOf(results, null);
        if (missing >= 0) throw new TapeException(Invariant($"Checkpoint: result {missing} of the segment is null."));
        results = Array.ConvertAll(results, tape.Resolve);
        foreach (var result in results) result.CheckOwner("Checkpoint");
        return results;
    }

    public override Tensor[] RunAgain()
    {
        var before = Outer;
        Outer = tape.Segment;
        tape.Segment = this;
        isReplay = true;
        try
        {
            using var again = TimeStep.Begin(step);
            return Run();
        }
        finally
        {
            isReplay = false;
            tape.Segment = Outer;
            Outer = before;
        }
    }

    /// <summary>The value that was the present one when the segment was first run; during that run, it is remembered.</summary>
    public T AsAtFirst<T>(object owner, T present)
    {
        if (Outer is not null) present = Outer.AsAtFirst(owner, present);
        if (isReplay && seen is not null && seen.TryGetValue(owner, out object? known)) return (T)known!;
        (seen ??= new(ReferenceEqualityComparer.Instance))[owner] = present;
        return present;
    }

    /// <summary>Throws if an exact segment computed something other than in its first run.</summary>
    /// <exception cref="ShapeException">A result has another shape.</exception>
    /// <exception cref="TapeException">There are other results, or they differ, or depend on something else.</exception>
    public void Verify(Tensor[] again, bool hasSameOperands)
    {
        if (again.Length != Results.Length)
            throw Changed(Invariant($"it gave {Results.Length} results at first and {again.Length} when it was run again"));
        for (int i = 0; i < again.Length; i++)
            if (Difference(i, Results[i], again[i]) is { } difference)
                throw Changed(difference);
        if (!hasSameOperands) throw Changed("it used other tensors when it was run again");
    }

    static string? Difference(int result, Tensor kept, Tensor again)
    {
        if (again.ElementType != kept.ElementType)
            return Invariant($"result {result} was {kept.ElementType} at first and {again.ElementType} when it was run again");
        if (!again.Shape.Equals(kept.Shape))
            throw new ShapeException(
                $"{Unequal}: result {result} was {kept.Shape} at first and {again.Shape} when it was run again. {Advice}");
        if (kept.IsSymbolic || again.IsSymbolic) return null;
        int position = kept.ElementType == ElementType.Float32
            ? FirstDifference<float, int>(kept, again)
            : FirstDifference<double, long>(kept, again);
        return position < 0 ? null
            : Invariant($"element {position} of result {result} {kept.Shape} was {Element(kept, position)} at first and ")
            + Invariant($"{Element(again, position)} when it was run again");
    }

    // By their bits, so that a NaN equals itself.
    static int FirstDifference<T, TBits>(Tensor kept, Tensor again)
        where T : unmanaged
        where TBits : unmanaged, IEquatable<TBits>
    {
        var one = MemoryMarshal.Cast<T, TBits>(kept.ReadSpan<T>());
        var other = MemoryMarshal.Cast<T, TBits>(again.ReadSpan<T>());
        int common = one.CommonPrefixLength(other);
        return common == one.Length ? -1 : common;
    }

    static string Element(Tensor tensor, int position) =>
        tensor.ElementType == ElementType.Float32 ? Invariant($"{tensor.ReadSpan<float>()[position]:G9}")
        : Invariant($"{tensor.ReadSpan<double>()[position]:G17}");

    static TapeException Changed(string what) => new($"{Unequal}: {what}. {Advice}");
}
