using Autograd.Bench.Cells;
using Autograd.Layers;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Plans as documents show them: each is a golden of all stages of planning.</summary>
public class ExplainTests
{
    static readonly RandomKey Key = new(1);

    [Fact]
    public void TheDocumentShowsThePlanOfThePeepholeCell() =>
        IsShown("explain-peephole.md", Recurrent.Over(new PeepholeLstmCell(65, 128, Key)).Explain(Tensor.Zeros([50, 32, 65])));

    [Fact]
    public void TheDocumentShowsThePlanOfAStack()
    {
        var stack = Stacked.Of(new GruCell(16, 32, Key.For("lower")), new GruCell(32, 32, Key.For("upper")));
        IsShown("explain-stack.md", Recurrent.Over(stack).Explain(Tensor.Zeros([50, 4, 16])));
    }

    [Fact]
    public void TheDocumentShowsThePlanOfAMatrixMemory() =>
        IsShown("explain-mlstm.md", Recurrent.Over(new MLstmCell(64, 256, heads: 16, Key)).Explain(Tensor.Zeros([50, 32, 64])));

    [Fact]
    public void ACellThatCannotBeTracedSaysWhy()
    {
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (s, s + x.ToDoubles()[0]), 2));
        Assert.Contains("runs eagerly", layer.Explain(Tensor.Zeros([3, 1, 2])), StringComparison.Ordinal);
    }

    static void IsShown(string document, string plan)
    {
        string file = Path.Combine(ReadmeTests.Repository, "docs", document), page = File.ReadAllText(file).ReplaceLineEndings("\n");
        // Set to write the plan anew.
        if (Environment.GetEnvironmentVariable("AUTOGRAD_WRITE_PAGES") is not null)
        {
            const string fence = "```\n";
            int start = page.IndexOf(fence, StringComparison.Ordinal) + fence.Length,
                end = page.IndexOf(fence, start, StringComparison.Ordinal);
            File.WriteAllText(file, page = page[..start] + plan.TrimEnd('\n') + "\n" + page[end..]);
        }
        Assert.Contains(plan, page, StringComparison.Ordinal);
    }
}
