using Autograd.Layers;

namespace Autograd.Tests.Layers.Recurrence;

public class ExplainTests
{
    [Fact]
    public void TheDocumentShowsThePlanOfThePeepholeCell()
    {
        string plan = Recurrent.Over(new PeepholeLstmCell(65, 128, new RandomKey(1))).Explain(Tensor.Zeros([50, 32, 65]));
        string document = File.ReadAllText(Path.Combine(ReadmeTests.Repository, "docs", "explain-peephole.md")).ReplaceLineEndings("\n");
        Assert.Contains(plan, document, StringComparison.Ordinal);
    }

    [Fact]
    public void ACellThatCannotBeTracedSaysWhy()
    {
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (s, s + x.ToDoubles()[0]), 2));
        Assert.Contains("runs eagerly", layer.Explain(Tensor.Zeros([3, 1, 2])), StringComparison.Ordinal);
    }
}
