using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Learning;

/// <summary>What SnAp-n carries, against a dense recursion with a mask after every step.</summary>
public class SparseInfluenceTests
{
    const int Steps = 5, Batch = 2;

    static readonly RandomKey Key = new(11);

    public static TheoryData<string, int> Reaches
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var task in LearningTask.All)
                foreach (int reach in (int[])[1, 2, 3, 9])
                    all.Add(task.Name, reach);
            return all;
        }
    }

    [Theory, MemberData(nameof(Reaches))]
    public void IsTheMaskedInfluence(string name, int reach)
    {
        var task = LearningTask.Named(name);
        double[][] expected = [.. Enumerable.Range(0, Batch).SelectMany(b => task.Influence(new Dense(reach, b)))];
        double[][] found = task.Influence(new Sparse(reach));
        int units = expected.Length / Batch;
        for (int row = 0; row < expected.Length; row++)
            for (int w = 0; w < expected[row].Length; w++)
            {
                double rounding = 8 * Steps * units * Math.ScaleB(1, -52) * (1 + Math.Abs(expected[row][w]));
                Assert.Equal(expected[row][w], found[row][w], rounding);
            }
    }

    /// <summary>A recurrent weight that is 0 when learning begins is a connection: it may be learned.</summary>
    [Fact]
    public void AWeightThatIsZeroNowIsAConnection()
    {
        var (cell, x) = (new RnnCell(2, 3, Key), InDouble.Draw(Key, 4, 1, 2));
        var values = cell.Parameters.Select(parameter => parameter.Detach()).ToArray();
        foreach (var parameter in cell.Parameters) parameter.Assign(Tensor.Zeros(parameter.Shape));
        var (exact, sparse) = (RealTimeLearning.Of(cell), RealTimeLearning.Of(cell, reach: 2));
        for (int t = 0; t < 4; t++)
        {
            exact.Step(At(x, t));
            sparse.Step(At(x, t));
            for (int i = 0; i < values.Length; i++) cell.Parameters[i].Assign(values[i]);
        }
        for (int unit = 0; unit < 3; unit++)
            for (int w = 0; w < 18; w++)
                Assert.Equal(exact.InfluenceOf(w, unit), sparse.InfluenceOf(w, unit), 1e-15);
    }

    /// <summary>Where an operation of the step cannot be mapped over directions, they are swept one by one.</summary>
    [Fact]
    public void AStepThatCannotBeMappedIsSweptUnitByUnit()
    {
        var cell = GradientLimitedCell.ByValue(new GruCell(2, 3, Key), 1e9);
        var x = InDouble.Draw(Key, 6, 2, 2);
        var expected = BackPropagation.Through(cell).ThroughTime(x, y => Sum(Square(y)));
        var found = RealTimeLearning.Of(cell).Run(x, (y, _) => Sum(Square(y)));
        for (int i = 0; i < expected.Gradients.Count; i++) Close.Equal(expected.Gradients[i], found.Gradients[i], 1e-12);
    }

    static Tensor Inputs => InDouble.Draw(Key.For("x"), Steps, Batch, 2);

    sealed record Sparse(int Reach) : InfluenceRule
    {
        public override double[][] Of<TState>(Cell<TState> cell)
        {
            var rule = RealTimeLearning.Of(cell, reach: Reach);
            for (int t = 0; t < Steps; t++) rule.Step(At(Inputs, t));
            int units = State.Tensors(cell.Initial(1, ElementType.Float64)).Sum(tensor => tensor.ElementCount);
            return [.. Enumerable.Range(0, Batch * units).Select(row => Enumerable.Range(0, cell.ParameterCount)
                .Select(w => rule.InfluenceOf(w, row % units, row / units)).ToArray())];
        }
    }

    /// <summary>S ← mask ⊙ (J·S + D), a sweep for each unit.</summary>
    sealed record Dense(int Reach, int Sequence) : InfluenceRule
    {
        public override double[][] Of<TState>(Cell<TState> cell)
        {
            var steps = new List<(double[][] ByState, double[][] ByWeights)>();
            var state = cell.Initial(1, ElementType.Float64);
            for (int t = 0; t < Steps; t++) steps.Add(Derivatives(cell, At(Inputs, t)[Sequence..(Sequence + 1)], ref state));
            int units = steps[0].ByState.Length, weights = cell.ParameterCount;
            var mask = Mask(steps);
            var influence = Enumerable.Range(0, units).Select(_ => new double[weights]).ToArray();
            foreach (var (byState, byWeights) in steps)
                influence = [.. Enumerable.Range(0, units).Select(j => Enumerable.Range(0, weights).Select(w => !mask[j][w] ? 0
                    : byWeights[j][w] + Enumerable.Range(0, units).Sum(i => byState[j][i] * influence[i][w])).ToArray())];
            return influence;
        }

        // What is not 0 in any step, and what that feeds, step by step.
        bool[][] Mask(List<(double[][] ByState, double[][] ByWeights)> steps)
        {
            int units = steps[0].ByState.Length, weights = steps[0].ByWeights[0].Length;
            bool[][] Union(Func<int, int, bool> has, int columns) =>
                [.. Enumerable.Range(0, units).Select(j => Enumerable.Range(0, columns).Select(k => has(j, k)).ToArray())];
            var feeds = Union((j, i) => steps.Exists(step => step.ByState[j][i] != 0), units);
            var reached = Union((j, w) => steps.Exists(step => step.ByWeights[j][w] != 0), weights);
            for (int n = 1; n < Reach; n++)
            {
                var before = reached;
                reached = Union((j, w) => before[j][w] || Enumerable.Range(0, units).Any(i => feeds[j][i] && before[i][w]), weights);
            }
            return reached;
        }

        static (double[][] ByState, double[][] ByWeights) Derivatives<TState>(Cell<TState> cell, Tensor x, ref TState state)
        {
            using var tape = InDouble.Tape(cell);
            var start = State.Map(state, tensor => tape.Watch(tensor.Detach()));
            var next = cell.Step(x, start).Next;
            var (before, after) = (State.Tensors(start), State.Tensors(next));
            var (byState, byWeights) = (new List<double[]>(), new List<double[]>());
            foreach (var tensor in after)
                for (int i = 0; i < tensor.ElementCount; i++)
                {
                    var seed = OneHot([i], tensor.ElementCount, ElementType.Float64).Reshape([.. tensor.Shape.Lengths]);
                    var found = tape.Gradients([tensor], [seed], [.. before, .. cell.Parameters]);
                    byState.Add([.. found.Take(before.Length).SelectMany(gradient => gradient.ToDoubles())]);
                    byWeights.Add([.. found.Skip(before.Length).SelectMany(gradient => gradient.ToDoubles())]);
                }
            state = State.Detach(next);
            return ([.. byState], [.. byWeights]);
        }
    }
}
