using Autograd.Layers;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace Autograd.PeerTable;

/// <summary>
/// A cell that libtorch does not have, written for it twice: in TorchScript and as plain calls. What needs no state is computed for all
/// steps ahead of them.
/// </summary>
/// <param name="Name">Its function's name in TorchScript.</param>
/// <param name="Weights">Its weights from the cell of this library: those of the work ahead come first.</param>
/// <param name="Arguments">Names of the weights in TorchScript.</param>
/// <param name="Ahead">The work ahead, of <c>x</c>.</param>
/// <param name="Step">A step, from <c>a</c>, its part of the work ahead, and the states <c>h</c> and <c>c</c> to their next values.</param>
/// <param name="PlainAhead">The work ahead as plain calls.</param>
/// <param name="PlainStep">A step as plain calls.</param>
sealed record WrittenCell(
    string Name, Func<Module, TorchTensor[]> Weights, string[] Arguments, string Ahead, string[] Step,
    Func<TorchTensor, TorchTensor[], TorchTensor> PlainAhead,
    Func<TorchTensor, TorchTensor, TorchTensor, TorchTensor[], (TorchTensor H, TorchTensor C)> PlainStep)
{
    /// <summary>The whole run in TorchScript.</summary>
    public string Script => $"""
        def {Name}({string.Join(", ", ((string[])["x", "h", "c", .. Arguments]).Select(name => $"{name}: Tensor"))}):
            ys: List[Tensor] = []
            for a in ({Ahead}).unbind(0):
                {string.Join("\n        ", Step)}
                ys.append(h)
            return torch.stack(ys)

        """.ReplaceLineEndings("\n");

    /// <summary>The whole run as plain calls.</summary>
    public TorchTensor Run(TorchTensor x, TorchTensor h, TorchTensor c, TorchTensor[] weights)
    {
        var outputs = new List<TorchTensor>();
        foreach (var ahead in PlainAhead(x, weights).unbind(0))
        {
            (h, c) = PlainStep(ahead, h, c, weights);
            outputs.Add(h);
        }
        return stack(outputs);
    }
}
