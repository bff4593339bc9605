using Autograd.Layers;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Runs a layer eagerly, compiled and interpreted, in double.</summary>
static class BothWays
{
    /// <summary>Some thousand roundings of the largest number.</summary>
    internal const double Bound = 4096 * 2.220446049250313e-16;

    /// <summary>The results of all ways agree; and the compiled run was one, or was not for the given reason.</summary>
    internal static void Agree<TState>(Recurrent<TState> layer, Func<Tensor[]> results, string? reason = null, double bound = Bound)
    {
        layer.Execution = Execution.Eager;
        var expected = results();
        Assert.Equal(Execution.Eager, layer.LastPath.Execution);
        if (reason is null)
        {
            layer.Execution = Execution.Interpreted;
            Agree(expected, results(), bound);
            Assert.Equal(Execution.Interpreted, layer.LastPath.Execution);
        }
        layer.Execution = Execution.Compiled;
        var actual = results();
        Took(layer, reason);
        Agree(expected, actual, bound);
    }

    static void Agree(Tensor[] expected, Tensor[] actual, double bound)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Close.Equal(expected[i], actual[i], bound, $"result {i}");
    }

    /// <summary>The last run was compiled; or, where a reason is given, it was eager for this reason.</summary>
    internal static void Took<TState>(Recurrent<TState> layer, string? reason = null)
    {
        if (reason is null) Assert.Equal((Execution.Compiled, null), (layer.LastPath.Execution, layer.LastPath.Reason));
        else Assert.StartsWith($"Eager: {reason}", layer.LastPath.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Outputs, final state, all states, and the gradients of parameters and others, with the loss over all of them.</summary>
    internal static Tensor[] Everything<TState>(Recurrent<TState> layer, Tensor x, int[]? lengths = null, params Tensor[] tracked)
    {
        using var tape = InDouble.Tape(layer);
        foreach (var tensor in tracked) tape.Watch(tensor);
        var run = layer.Run(x, lengths);
        Tensor[] results = [run.Outputs, .. State.Tensors(run.Final), .. State.Tensors(run.StackedStates())];
        // What depends on nothing that is tracked has no gradient.
        int[] seeded = [.. Enumerable.Range(0, results.Length).Where(i => tape.NumberOf(results[i]) >= 0)];
        var gradients = tape.Gradients(
            [.. seeded.Select(i => results[i])], [.. seeded.Select(i => Seed(results[i].Shape, i))], [.. layer.Parameters, .. tracked]);
        return Detached([.. results, .. gradients]);
    }

    internal static Tensor Seed(Shape shape, int number) => new RandomKey(99).At(number).Normal(shape, 1, ElementType.Float64);

    internal static Tensor[] Detached(params Tensor[] tensors) => Array.ConvertAll(tensors, tensor => tensor.Detach());
}
