using Autograd.Bench;
using Autograd.Bench.Cells;
using Autograd.Layers;
using Autograd.Tests.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Bench;

/// <summary>The cells that the bench times: their gradients, and that every way of running them gives the same.</summary>
public class BenchCellTests
{
    // What a reader takes in at a glance.
    const int MostLines = 40;

    static readonly RandomKey Key = new(5);
    static readonly PeepholeLstmSize Small = new(Time: 4, Batch: 3, Inputs: 4, Hidden: 4);
    static readonly int[] Lengths = [4, 2, 3];

    public static TheoryData<string> Names => [.. BenchCells.Names];

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Sources.Folder("bench", "Cells"), "*Cell.cs").Select(file => Path.GetFileName(file))];

    [Theory, MemberData(nameof(Names))]
    public void GradientsAreRightToSecondOrder(string name) => BenchCells.Named(name).Use(Small, Key, new Check()).ThrowIfFailed();

    [Theory, MemberData(nameof(Names))]
    public void PlansComputeWhatTheTapeDoes(string name) => BenchCells.Named(name).Use(Small, Key, new Plans());

    [Theory, MemberData(nameof(Names))]
    public void TheBitsDoNotDependOnTheNumberOfThreads(string name)
    {
        var size = new PeepholeLstmSize(Time: 6, Batch: 40, Inputs: 16, Hidden: 16);
        Close.Same(BenchCells.Named(name).Use(size, Key, new OnThreads(1)), BenchCells.Named(name).Use(size, Key, new OnThreads(2)));
    }

    [Theory, MemberData(nameof(Names))]
    public void AStreamGivesWhatARunGives(string name) => BenchCells.Named(name).Use(Small, Key, new Streamed());

    /// <summary>Later runs need no second look, also where a step makes its data anew, or computes some from parameters.</summary>
    [Theory, MemberData(nameof(Names))]
    public void TheThirdRunTracesOnce(string name) => Assert.Equal(1, BenchCells.Named(name).Use(Small, Key, new ThirdRun()));

    [NeedsTheory(Need.Sources), MemberData(nameof(Files))]
    public void ACellIsShort(string file)
    {
        var lines = File.ReadLines(Sources.Folder("bench", "Cells", file)).Select(line => line.Trim());
        int code = lines.Count(line => line.Length > 0 && !IsAny(line, "//", "using "));
        Assert.InRange(code, 10, MostLines);
    }

    [NeedsFact(Need.Sources)]
    public void EveryCellHasAFileOfItsOwn() => Assert.Equal(BenchCells.All.Count + 1, Files.Count);

    static bool IsAny(string line, params string[] starts) => starts.Any(start => line.StartsWith(start, StringComparison.Ordinal));

    sealed class Check : ICellUse<GradientCheckReport>
    {
        public GradientCheckReport Of<TState>(Cell<TState> cell, Tensor x) => GradientCheck.Run(cell, x, Lengths);
    }

    sealed class ThirdRun : ICellUse<int>
    {
        public int Of<TState>(Cell<TState> cell, Tensor x)
        {
            int calls = 0;
            var layer = Recurrent.Over(new WatchedCell<TState>(cell, () => calls++));
            for (int run = 1; run <= 3; run++)
            {
                calls = 0;
                layer.Forward(x);
            }
            Assert.Equal(Execution.Compiled, layer.LastPath.Execution);
            return calls;
        }
    }

    sealed class WatchedCell<TState>(Cell<TState> inner, Action whenStepped) : Cell<TState>(new RandomKey(0))
    {
        public override TState Initial(int batch, ElementType type) => inner.Initial(batch, type);

        public override (Tensor Output, TState Next) Step(Tensor x, TState state)
        {
            whenStepped();
            return inner.Step(x, state);
        }
    }

    /// <summary>Outputs, states and gradients, with lengths and without.</summary>
    sealed class Plans : ICellUse<bool>
    {
        const double Bound = 1e-9;

        public bool Of<TState>(Cell<TState> cell, Tensor x)
        {
            var layer = Recurrent.Over(cell);
            x = x.As(ElementType.Float64);
            foreach (int[]? lengths in (int[]?[])[null, Lengths])
            {
                BothWays.Agree(layer, () => BothWays.Everything(layer, x, lengths, x), bound: Bound);
                var compiled = BothWays.Everything(layer, x, lengths, x);
                layer.Execution = Execution.Interpreted;
                var interpreted = BothWays.Everything(layer, x, lengths, x);
                Assert.Equal(Execution.Interpreted, layer.LastPath.Execution);
                for (int i = 0; i < compiled.Length; i++) Close.Equal(compiled[i], interpreted[i], Bound, $"result {i}");
            }
            return true;
        }
    }

    sealed class OnThreads(int threads) : ICellUse<Tensor[]>
    {
        public Tensor[] Of<TState>(Cell<TState> cell, Tensor x)
        {
            var layer = Recurrent.Over(cell);
            layer.Threads = threads;
            using var tape = new Tape();
            var outputs = layer.Forward(x);
            BothWays.Took(layer);
            return BothWays.Detached([outputs, .. tape.Gradients(Sum(Square(outputs)), layer.Parameters)]);
        }
    }

    sealed class Streamed : ICellUse<bool>
    {
        // Some dozen roundings of a float for each step.
        const double Bound = 1e-5;

        public bool Of<TState>(Cell<TState> cell, Tensor x)
        {
            var expected = Recurrent.Over(cell).Forward(x);
            var stream = StreamingCell.Over(cell, x.Shape[2], x.Shape[1]);
            for (int t = 0; t < x.Shape[0]; t++)
                Close.Equal(expected[t], Tensor.From(stream.Step(x[t].AsSpan<float>()), expected[t].Shape), Bound, $"output {t}");
            return true;
        }
    }
}
