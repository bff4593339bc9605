using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What a layer gives on one of its ways.</summary>
static class LayerResults
{
    /// <summary>Outputs, states in the end, and of a loss of all of them the gradients of the inputs and of the parameters.</summary>
    public static double[][] Of<TState>(Recurrent<TState> layer, Tensor x, Execution execution)
    {
        layer.Execution = execution;
        using var tape = new Tape();
        tape.Watch(x);
        var run = layer.Run(x);
        Tensor[] results = [run.Outputs, .. State.Tensors(run.Final)];
        var loss = Sum(Sin(run.Outputs));
        foreach (var state in results.Skip(1)) loss += Sum(Square(state));
        return [.. results.Concat(tape.Gradients(loss, [x, .. layer.Parameters])).Select(one => one.ToDoubles())];
    }

    /// <summary>As <see cref="Of"/>; the layer does go that way.</summary>
    public static double[][] Planned<TState>(Recurrent<TState> layer, Tensor x, Execution execution)
    {
        double[][] results = Of(layer, x, execution);
        Assert.Equal(execution, layer.LastPath.Execution);
        return results;
    }

    /// <summary>Whether all are near what is expected.</summary>
    public static void AreNear(double[][] expected, double[][] found, double tolerance, string what)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach (var (one, other) in expected.Zip(found)) Near.Equal(one, other, tolerance, what);
    }
}
