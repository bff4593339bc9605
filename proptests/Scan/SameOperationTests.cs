using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>
/// <see cref="Operation.IsSameAs"/> decides which plan serves a step: two recordings of one call are the same, and whatever is the same
/// gives the same results.
/// </summary>
public class SameOperationTests
{
    const int Draws = 60, Size = 10;

    // A hook and an operation of one's own are known by themselves only: made anew, they are not the same.
    public static TheoryData<string> Cases =>
        [.. OperationCases.All.Select(operation => operation.Name)
        .Where(name => name is not (nameof(WithGradient) or nameof(CustomOperation)))];

    public static TheoryData<int> Pairs => [.. Enumerable.Range(0, Changed.Length)];

    static (Func<Tensor, Tensor> One, Func<Tensor, Tensor> Other)[] Changed =>
    [
        (x => Clamp(x, -0.5, 1), x => Clamp(x, -0.5, 1.5)),
        (x => Clamp(x, -0.5, 1), x => Clamp(x, -0.4, 1)),
        (x => Elu(x), x => Elu(x, 0.9)),
        (x => LeakyRelu(x, 0.1), x => LeakyRelu(x, 0.2)),
        (x => Power(x, 3), x => Power(x, 5)),
        (x => ScaleShift(x, 2, 1), x => ScaleShift(x, 2, 3)),
        (x => ScaleShift(x, 2, 1), x => ScaleShift(x, 4, 1)),
        (x => Slice(x, 0, 0, 2), x => Slice(x, 0, 1, 2)),
        (x => Slice(x, 0, 0, 2), x => Slice(x, 1, 0, 2)),
        (x => Slice(x, 0, 0, 2), x => Slice(x, 0, 0, 2, 2)),
        (x => Pad(x, 0, 1, 2), x => Pad(x, 0, 2, 1)),
        (x => Pad(x, 0, 1, 2), x => Pad(x, 1, 1, 2)),
        (x => Sum(x, 0), x => Sum(x, 1)),
        (x => Sum(x, 0), x => Sum(x)),
        (x => Max(x, 0), x => Max(x, 1)),
        (x => Max(x, 0), x => Min(x, 0)),
        (x => LogSumExp(x, 0), x => LogSumExp(x, 1)),
        (x => Product(x, 0), x => Product(x, 1)),
        (x => Softmax(x, 0), x => Softmax(x, 1)),
        (x => CumulativeSum(x, 0), x => CumulativeSum(x, 1)),
        (x => Flip(x, 0), x => Flip(x, 1)),
        (x => ReverseSequences(x.Reshape(3, 3, 1), [1, 2, 3]), x => ReverseSequences(x.Reshape(3, 3, 1), [1, 3, 2])),
        (x => Concatenate(0, x, x), x => Concatenate(1, x, x)),
        (x => Permute(x.Reshape(3, 3, 1), 0, 2, 1), x => Permute(x.Reshape(3, 3, 1), 2, 0, 1)),
        (x => x.Reshape(9), x => x.Reshape(9, 1)),
        (x => BroadcastTo(x, [2, 3, 3]), x => BroadcastTo(x, [4, 3, 3])),
        (x => GatherRows(x, [0, 1]), x => GatherRows(x, [1, 0])),
        (x => ScatterRows(x, [0, 1, 2], 4), x => ScatterRows(x, [0, 1, 3], 4)),
        (x => ScatterRows(x, [0, 1, 2], 4), x => ScatterRows(x, [0, 1, 2], 5)),
        (x => GatherAlong(x, [0, 1, 2]), x => GatherAlong(x, [0, 1, 1])),
        (x => ScatterAlong(Slice(x, 1, 0, 1), [0, 1, 2], 3), x => ScatterAlong(Slice(x, 1, 0, 1), [0, 1, 1], 3)),
        (x => MatMul(x, x, transposeLeft: true), x => MatMul(x, x, transposeRight: true)),
        (x => MatMul(x, x), x => MatMul(x, x, transposeRight: true)),
        (x => Functions.Convert(x, ElementType.Float32),
            x => Functions.Convert(Functions.Convert(x, ElementType.Float32), ElementType.Float64)),
        (x => Convolution(x.Reshape(9, 1, 1), Tensor.Ones([2, 1, 1], ElementType.Float64)),
            x => Convolution(x.Reshape(9, 1, 1), Tensor.Ones([2, 1, 1], ElementType.Float64), stride: 2)),
        (x => Convolution(x.Reshape(9, 1, 1), Tensor.Ones([2, 1, 1], ElementType.Float64)),
            x => Convolution(x.Reshape(9, 1, 1), Tensor.Ones([2, 1, 1], ElementType.Float64), dilation: 2)),
        (x => Tanh(x), x => Sigmoid(x)),
        (x => x + x, x => x * x),
        (x => Maximum(x, x), x => Minimum(x, x)),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void TwoRecordingsOfACallAreTheSame(string name)
    {
        for (int seed = 0; seed < Draws; seed++)
        {
            Trial one = OperationCases.Named(name).Draw(new Draw(seed, Size)),
                other = OperationCases.Named(name).Draw(new Draw(seed, Size));
            Recording a = Recording.Of(one.Function, one.Inputs), b = Recording.Of(other.Function, other.Inputs);
            Assert.True(a.IsSameAs(b), $"new Draw({seed}, {Size}): {a} and, recorded again, {b}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WhatIsTheSameGivesTheSame(string name)
    {
        var draws = Enumerable.Range(0, Draws).Select(seed => OperationCases.Named(name).Draw(new Draw(seed, Size)));
        foreach (var group in draws.GroupBy(trial => string.Join(";", trial.Inputs.Select(input => input.Shape.ToString()))))
        {
            Trial[] trials = [.. group.Take(8)];
            var inputs = trials[0].Inputs;
            var recordings = Array.ConvertAll(trials, trial => Recording.Of(trial.Function, inputs));
            for (int i = 1; i < trials.Length; i++)
                for (int j = 0; j < i; j++)
                    if (recordings[i].IsSameAs(recordings[j]))
                        Near.SameBits(
                            [recordings[j].Result], [recordings[i].Result], $"{recordings[i]}, said to be {recordings[j]}: result");
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void AChangedAttributeIsSeen(int pair)
    {
        var x = new RandomKey(1).Normal([3, 3], type: ElementType.Float64);
        Recording one = Recording.Of(v => Changed[pair].One(v[0]), [x]), other = Recording.Of(v => Changed[pair].Other(v[0]), [x]);
        Assert.True(one.IsSameAs(Recording.Of(v => Changed[pair].One(v[0]), [x])));
        Assert.False(one.IsSameAs(other), $"{one} is said to be {other}");
        Assert.False(other.IsSameAs(one), $"{other} is said to be {one}");
    }

    /// <summary>What a function recorded: operations with shapes and operands, where what is not computed stands for itself.</summary>
    sealed record Recording((RecordedOperation? Operation, Shape Shape, string Operands)[] Entries, double[] Result)
    {
        public static Recording Of(Func<IReadOnlyList<Tensor>, Tensor> function, Tensor[] inputs)
        {
            using var tape = new Tape();
            foreach (var input in inputs) tape.Watch(input);
            var result = function(inputs);
            var memory = tape.Memory;
            var entries = new List<(RecordedOperation?, Shape, string)>();
            for (int i = 0; i < memory.EntryCount; i++)
            {
                int[] numbers = memory.OperandNumbersOf(i).ToArray();
                var operands = memory.OperandsOf(i).ToArray()
                    .Select((operand, j) => numbers[j] >= 0 ? $"{numbers[j]}" : $"[{string.Join(" ", operand.ToDoubles())}]");
                entries.Add((memory.OperationOf(i), memory.ResultsOf(i)[0].Shape, string.Join(", ", operands)));
            }
            return new([.. entries], result.ToDoubles());
        }

        public bool IsSameAs(Recording other) => Entries.Length == other.Entries.Length && Entries.Zip(other.Entries).All(pair =>
            (pair.First.Operation?.IsSameAs(pair.Second.Operation!) ?? pair.Second.Operation is null)
            && pair.First.Shape.Equals(pair.Second.Shape) && pair.First.Operands == pair.Second.Operands);

        public override string ToString() =>
            string.Join("; ", Entries.Select(entry => $"{entry.Operation?.Name} {entry.Shape} of {entry.Operands}"));
    }
}
