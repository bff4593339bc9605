using Autograd.Scan;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>A step that does what it did before is followed through its program, and no other is.</summary>
public class StepReplayLaws
{
    static readonly (string Name, Func<Tensor, Tensor, Tensor> Of)[] Kinds =
    [
        ("add", (a, b) => a + b),
        ("multiply", (a, b) => a * b),
        ("tanh", (a, _) => Tanh(a)),
        ("two thirds", (a, _) => a * (2.0 / 3)),
        ("five", (a, _) => a * 5),
        ("part", (a, b) => Concatenate(1, Slice(a, 1, 1, 2), Slice(b, 1, 0, 1))),
        ("other part", (a, b) => Concatenate(1, Slice(a, 1, 0, 2), Slice(b, 1, 0, 1))),
    ];

    // Two parameters and two tensors of one shape, one of which is the other's copy, and one that is broadcast.
    static readonly Tensor[] Leaves =
    [
        new Parameter("p", Tensor.Ones([2, 3])), new Parameter("q", Tensor.Ones([2, 3])), Tensor.Ones([2, 3]), Tensor.Ones([2, 3]),
        Tensor.Ones([1, 3]),
    ];

    /// <summary>
    /// With and without a program that is expected a trace is the same; it is that very program exactly if the step does the same.
    /// </summary>
    [Law(600)]
    public void AKnownProgramIsFoundIfTheStepIsTheSame(Draw draw)
    {
        var (first, second) = draw.Of(static draw =>
        {
            var step = RandomStep.Of(draw);
            return (step, step.Changed(draw));
        });
        var expected = first.Trace(null);
        StepTrace anew = second.Trace(null), found = second.Trace(expected.Program);
        Assert.True(anew.Program!.IsSameAs(found.Program!), "the program");
        Assert.Equal(anew.Leaves.Length, found.Leaves.Length);
        Assert.All(anew.Leaves.Zip(found.Leaves), pair => Assert.True(StepComparison.IsSame(pair.First, pair.Second), "a leaf"));
        Assert.Equal(expected.Program!.IsSameAs(anew.Program), ReferenceEquals(found.Program, expected.Program));
    }

    /// <summary>Values by number: input, two states, a sequence, leaves, and what the lines compute of those before them.</summary>
    sealed record RandomStep((int Kind, int Left, int Right)[] Lines, int[] Results)
    {
        static readonly Tensor Like = Tensor.Ones([2, 3]);
        static readonly int Given = 4 + Leaves.Length;

        public static RandomStep Of(Draw draw)
        {
            var lines = new (int, int, int)[draw.Whole(0, 8)];
            for (int i = 0; i < lines.Length; i++)
                lines[i] = (draw.Whole(0, Kinds.Length - 1), draw.Whole(0, Given + i - 1), draw.Whole(0, Given + i - 1));
            return new(lines, [.. Enumerable.Range(0, 3).Select(_ => draw.Whole(0, Given + lines.Length - 1))]);
        }

        public RandomStep Changed(Draw draw)
        {
            var (lines, results) = (Lines.ToArray(), Results.ToArray());
            int line = draw.Whole(0, Math.Max(Lines.Length - 1, 0)), value = draw.Whole(0, Given + line - 1);
            switch (draw.Whole(0, 6))
            {
                case 0: break;
                case 1: results[draw.Whole(0, 2)] = draw.Whole(0, Given + lines.Length - 1); break;
                case 2: lines = [.. lines, (draw.Whole(0, Kinds.Length - 1), value, value)]; break;
                case 3 when lines.Length > 0 && results.All(number => number < Given + lines.Length - 1): lines = lines[..^1]; break;
                case 4 when lines.Length > 0: lines[line].Kind = draw.Whole(0, Kinds.Length - 1); break;
                case 5 when lines.Length > 0: lines[line].Left = value; break;
                case 6 when lines.Length > 0: lines[line].Right = value; break;
            }
            return new(lines, results);
        }

        public StepTrace Trace(StepProgram? expected) => StepTrace.Of(Step, [Like, Like, Like, Like], 2, expected);

        (Tensor Output, Tensor[] Next) Step(Tensor x, Tensor[] states, Tensor[] sequences)
        {
            var values = new List<Tensor> { x };
            values.AddRange([.. states, .. sequences, .. Leaves]);
            foreach (var (kind, left, right) in Lines) values.Add(Kinds[kind].Of(Whole(values[left]), Whole(values[right])));
            return (Whole(values[Results[0]]), [Whole(values[Results[1]]), Whole(values[Results[2]])]);
        }

        public override string ToString() =>
            string.Join("; ", Lines.Select((line, i) => $"{Given + i} = {Kinds[line.Kind].Name}({line.Left}, {line.Right})"))
            + $" -> {string.Join(", ", Results)}";

        // Only a sum broadcasts.
        static Tensor Whole(Tensor value) => value.Shape[0] == 2 ? value : value + Leaves[2];
    }
}
