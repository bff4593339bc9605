namespace Autograd.Onnx.Writing;

/// <summary>An input of whole numbers: its name, and what the function was given for it in each trial.</summary>
sealed record WholeInput(OnnxInput Input, int[][] Trials)
{
    public string Name => Input.Name;

    /// <summary>Whether the numbers used in each trial are those that were given.</summary>
    public bool Is(IReadOnlyList<int[]> used) => used.Zip(Trials).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    /// <summary>Numbers for a trial. They differ from trial to trial, so that nothing else is taken for them.</summary>
    public static int[] Draw(OnnxInput input, int trial, int count, int time)
    {
        var key = new RandomKey(1).For(input.Name).At(trial);
        if (input.Kind == OnnxInputKind.Symbols) return [.. Enumerable.Range(0, count).Select(i => key.Whole((uint)i, input.Symbols))];
        // One is shorter than the axis, so that it is masked in every trial.
        var lengths = Enumerable.Range(0, count).Select(i => 1 + key.Whole((uint)i, time)).ToArray();
        if (count > 0) lengths[^1] = Math.Max(1, time / 2);
        return lengths;
    }
}
