using System.Runtime.InteropServices;

namespace Autograd;

public sealed partial class Tape
{
    TapeSegment? segment;

    /// <summary>The innermost segment that runs, on this tape or around it.</summary>
    internal TapeSegment? Segment
    {
        get => segment ?? (Outer as Tape)?.Segment;
        set => segment = value;
    }

    /// <summary>Runs a segment, and keeps of it only its results and how to run it again.</summary>
    /// <param name="function">The segment.</param>
    /// <param name="keep">Where its results are kept, if not where they are.</param>
    internal Tensor[] Checkpoint(Func<Tensor[]> function, Func<Tensor[], Tensor[]>? keep = null)
    {
        ThrowIfMisused(nameof(Checkpoint));
        if (!IsRecording || IsTrace) return function();
        // A bound value becomes a leaf here and not inside, where it would be forgotten and its gradient with it.
        if (bindings is not null)
            foreach (var value in bindings.Values) Watch(value);
        var mark = Memory.Mark();
        var made = SegmentOf(function, isExact: true);
        var results = RunFirst(made);
        var externals = Memory.Externals(mark, Array.ConvertAll(results, NumberOf), splits is null ? null : IsStepUse);
        if (externals.Count == 0) return results;
        var operands = externals.ConvertAll(Memory.ValueOf);
        var kept = keep?.Invoke(results)
            ?? Array.ConvertAll(
                results, result => new Tensor(result.ElementType, result.Shape, result.Storage, result.Offset) { Owner = result.Owner });
        made.Results = kept;
        Memory.Forget(mark, kept);
        made.Watched = operands.FindAll(operand => operand is not Parameter && Restore(operand));
        RecordSegment(new CheckpointOperation(made), [.. operands], kept);
        return kept;
    }

    /// <summary>Records an operation that can compute its results again.</summary>
    internal void RecordSegment(RecordedOperation operation, ReadOnlySpan<Tensor> operands, Tensor[] results)
    {
        foreach (var result in results) result.Origin = operation;
        if (Tracks(operands)) Record(operation, operands, results);
    }

    /// <summary>A segment that is run again under what is at hand now.</summary>
    /// <param name="function">The segment.</param>
    /// <param name="isExact">Whether it must give the bits that were kept; not where these were computed in another way.</param>
    internal TapeSegment SegmentOf(Func<Tensor[]> function, bool isExact) =>
        new(this, function, Segment, TimeStep.Capture(), bindings is null ? null : new Dictionary<Parameter, Tensor>(bindings))
        {
            IsExact = isExact,
        };

    /// <summary>Records a segment anew during a sweep.</summary>
    /// <param name="replayed">The segment.</param>
    /// <param name="mark">Where its entries begin.</param>
    /// <param name="operands">What it depended on at first.</param>
    internal Tensor[] Replay(Segment replayed, TapeMark mark, ReadOnlySpan<int> operands)
    {
        var known = (TapeSegment)replayed;
        var before = bindings;
        // The sweep may be traced; what it sweeps is not.
        using var atHand = BeAtHand();
        using var recording = new PauseScope(this, recording: true);
        using var user = EnterUserCode(isRecording: true);
        bindings = known.Bindings is { } bound ? new Dictionary<Parameter, Tensor>(bound) : null;
        try
        {
            var results = known.RunAgain();
            if (!known.IsExact) return results;
            var externals = Memory.Externals(mark, Array.ConvertAll(results, NumberOf));
            known.Verify(
                results, Dependencies(known, operands, mark)
                .SequenceEqual(Dependencies(known, CollectionsMarshal.AsSpan(externals), mark)));
            return results;
        }
        finally
        {
            bindings = before;
        }
    }

    // What the segment has begun and others may go on with: uses of a parameter at steps, and watched tensors, of which it returns true.
    // Parameters come back by being asked for.
    bool Restore(Tensor operand)
    {
        if (splits?.Find(uses => uses.Has(operand)) is { } split && operand.Owner != this)
        {
            Record((RecordedOperation)operand.Origin!, [split.Value], [operand]);
            return false;
        }
        if (NumberOf(operand) >= 0) return false;
        AddLeaf(operand);
        return true;
    }

    bool IsStepUse(Tensor value) => splits!.Exists(uses => uses.Has(value));

    /// <summary>Whether what was recorded since a mark depends on anything tracked but some tensors that were watched since.</summary>
    internal bool DependsOnOther(TapeMark mark, Tensor[] tensors)
    {
        foreach (int external in Memory.Externals(mark, []))
            if (external < mark.Values || Memory.ValueOf(external) is Parameter || Array.IndexOf(tensors, Memory.ValueOf(external)) < 0)
                return true;
        return false;
    }

    // What comes from outside. A segment may watch something of its own at each run, as an inner derivative does with its argument.
    List<int> Dependencies(TapeSegment known, ReadOnlySpan<int> externals, TapeMark mark)
    {
        var dependencies = new List<int>();
        foreach (int number in externals)
            if (number >= 0 && number < mark.Values && !known.Watched.Contains(Memory.ValueOf(number)))
                dependencies.Add(number);
        return dependencies;
    }

    Tensor[] RunFirst(TapeSegment made)
    {
        var before = segment;
        segment = made;
        inside++;
        try
        {
            return made.Run();
        }
        finally
        {
            inside--;
            segment = before;
        }
    }
}
