namespace Autograd.Tests.Analyzers;

/// <summary>
/// The blocks on the page of a rule: they compile, the rule finds the lines that are said to be wrong, and no rule finds anything in the
/// others.
/// </summary>
public class PageTests
{
    const string Block = "BLOCK", Members = """
        using System.Threading.Tasks;
        class Case
        {
            readonly List<Tensor> losses = [];
            readonly Linear model = new(2, 2, new RandomKey(1));
            readonly Recurrent<Tensor> layer = Recurrent.Over(new GruCell(2, 2, new RandomKey(1)));
            static Tensor Layer(int i, Tensor h) => h * i;
            static Task<double[]> LoadAsync() => Task.FromResult(new double[2]);

        """;

    const string Statements = Members + "void M(Tensor x, Tensor h, int n, int[] lengths)\n{\n" + Block + "\n}\n}";

    // What stands around the blocks of a page.
    static readonly Dictionary<string, string> around = new()
    {
        ["AG0001"] = Statements,
        ["AG0002"] = Members + "async Task M()\n{\n" + Block + "\n}\n}",
        ["AG0003"] = Statements,
        ["AG0004"] = """
            sealed class Case() : Cell<Tensor>(default, 2)
            {
                int steps; readonly Random random = new(1); readonly RandomKey key = new(1);
                public int Steps => random is null || key == default ? 0 : steps;
            BLOCK
            }
            """,
        ["AG0005"] = "sealed class Scale : Module\n{\npublic Tensor Forward(Tensor x) => x * a;\n" + Block + "\n}",
        ["AG0006"] = Statements,
        ["AG0007"] = Statements,
    };

    public static TheoryData<string, int> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, int>();
            foreach (string rule in around.Keys)
                for (int i = 0; i < CodeOf(rule).Count; i++)
                    blocks.Add(rule, i);
            return blocks;
        }
    }

    [Theory, MemberData(nameof(Blocks))]
    public void TheLinesSaidToBeWrongAreFound(string rule, int number) => AnalyzerTests.WhatIsMarkedIsFound(ReadmeTests.Compile(
        "Page", ReadmeTests.Usings, around[rule].Replace(Block, CodeOf(rule)[number], StringComparison.Ordinal)));

    [Fact]
    public void APageHasWhatIsWrongAndWhatIsRight()
    {
        Assert.Equal(RuleCases.Wrong.Keys.Order(), around.Keys);
        Assert.All(around.Keys, rule => Assert.Equal(
            [true, false], CodeOf(rule).Select(block => block.Contains($"// {rule}", StringComparison.Ordinal))));
    }

    static List<string> CodeOf(string rule) => ReadmeTests.CodeOf($"docs/analyzers/{rule}.md");
}
