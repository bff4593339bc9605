using System.Collections;

namespace Autograd.Layers;

/// <summary>A part of a run: the states of those that took part, and of those that had left just before.</summary>
readonly record struct StatePart<TState>(LengthPart Part, Unrolled<TState> Run, TState Ended);

/// <summary>
/// The states of a run that some sequences leave on the way; what has ended keeps its state. Made when they are asked for.
/// </summary>
sealed class StatesInParts<TState>(int count, LengthSchedule schedule, List<StatePart<TState>> parts)
    : IReadOnlyList<TState>, IStackedStates<TState>
{
    public int Count => count;

    public TState Final => At(parts.Count - 1, parts[^1].Run.Final);

    public TState Stacked
    {
        get
        {
            var steps = parts.ConvertAll(part => StateTensors<TState>.Flatten(part.Run.StackedStates()));
            return StateTensors<TState>.Rebuild(
                Final, [.. steps[0].Select((_, i) => schedule.Unpack(steps.Select(part => part[i]), count, beyond: null))]);
        }
    }

    public TState this[int index]
    {
        get
        {
            if ((uint)index >= (uint)count)
                throw new ArgumentOutOfRangeException(
                    nameof(index), index, $"Unrolled.States: there is no step {index}; there are {Count}.");
            int number = parts.FindLastIndex(part => part.Part.First <= index);
            var (part, run, _) = parts[number];
            return index < part.First + part.Steps ? At(number, run.States[index - part.First]) : Final;
        }
    }

    public IEnumerator<TState> GetEnumerator()
    {
        for (int t = 0; t < Count; t++) yield return this[t];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Those that run, and below them those that left, the last first: the sorted batch.
    TState At(int number, TState running)
    {
        var tensors = StateTensors<TState>.Flatten(running);
        for (int i = 0; i < tensors.Length; i++)
        {
            var all = new List<Tensor> { tensors[i] };
            for (int part = number; part >= 0; part--) all.Add(StateTensors<TState>.Flatten(parts[part].Ended)[i]);
            tensors[i] = Functions.GatherRows(Functions.Concatenate(0, [.. all.Where(rows => rows.Shape[0] > 0)]), schedule.Places);
        }
        return StateTensors<TState>.Rebuild(running, tensors);
    }
}
