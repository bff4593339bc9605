using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Golden;

/// <summary>Runs a model with PyTorch's weights, in double, and compares results, loss and all gradients.</summary>
static class TorchRun
{
    static readonly string[] States = ["h0", "c0"];

    /// <param name="torch">The case.</param>
    /// <param name="model">The model; its parameters stay as they are.</param>
    /// <param name="weights">Values and expected gradients of all its parameters.</param>
    /// <param name="run">Computes the results, in PyTorch's order: out, h, c.</param>
    internal static void Check(GoldenCase torch, Module model, IEnumerable<TorchWeight> weights, Func<Tensor[]> run)
    {
        var all = weights.ToArray();
        Assert.Equal(model.NamedParameters().Select(named => named.Path).Order(), all.Select(weight => weight.Path).Order());
        using var tape = new Tape();
        foreach (var weight in all) tape.Bind(model[weight.Path], weight.Value);
        string[] inputs = ["x", .. States.Where(torch.Has)];
        foreach (string input in inputs) tape.Watch(torch[input]);
        var loss = WeightedSum(torch, run());
        torch.ExpectLoss(tape, loss, inputs);
        var gradients = tape.Gradients(loss, [.. all.Select(weight => model[weight.Path])]);
        for (int i = 0; i < all.Length; i++) Close.Equal(all[i].Gradient, gradients[i], 1e-12, all[i].Path);
    }

    /// <summary>The state before the first step of a layer.</summary>
    internal static Tensor H(GoldenCase torch, int layer = 0) => At(torch["h0"], layer);

    internal static LstmState State(GoldenCase torch, int layer = 0) => new(H(torch, layer), At(torch["c0"], layer));

    static Tensor WeightedSum(GoldenCase torch, Tensor[] results)
    {
        string[] names = ["out", "h", "c"];
        var sum = Tensor.Scalar(0, ElementType.Float64);
        for (int i = 0; i < results.Length; i++)
        {
            // PyTorch gives final states an axis for layers and directions.
            var result = Reshape(results[i], torch[names[i]].Shape.Lengths);
            torch.Expect(names[i], result);
            sum += Sum(result * torch[names[i] + ".seed"]);
        }
        return sum;
    }
}
