using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Attention;

public class AdditiveAttentionTests
{
    static readonly RandomKey Key = new(1);
    static readonly Tensor Annotations = Key.Normal([5, 2, 3]), Query = Key.For("query").Normal([2, 4]);
    static readonly AdditiveAttention Attention = new(query: 4, annotation: 3, units: 6, Key);

    [Fact]
    public void FollowsItsEquations()
    {
        var (context, weights) = Attention.Over(Annotations).Read(Query);
        for (int b = 0; b < 2; b++)
        {
            double[] scores =
            [
                .. Enumerable.Range(0, 5).Select(j => Sum(MatMul(
                    Tanh(MatMul(Query[b..(b + 1)], Attention["W"]) + MatMul(Annotations[j][b..(b + 1)], Attention["U"]) + Attention["B"]),
                    Attention["V"])).ToScalar()),
            ];
            double total = scores.Sum(Math.Exp);
            for (int j = 0; j < 5; j++) Assert.Equal(Math.Exp(scores[j]) / total, weights.At(j, b), 1e-6);
            for (int k = 0; k < 3; k++)
                Assert.Equal(Enumerable.Range(0, 5).Sum(j => weights.At(j, b) * Annotations.At(j, b, k)), context.At(b, k), 1e-6);
        }
    }

    /// <summary>Not even NaN beyond the end is looked at.</summary>
    [Fact]
    public void NothingBeyondALengthGetsWeight()
    {
        var padded = Where(Tensor.From([0f, 0, 0, 0, 0, 0, 0, 1, 0, 1], [5, 2, 1]), Tensor.Scalar(double.NaN), Annotations);
        var (context, weights) = Attention.Over(padded, [5, 3]).Read(Query);
        Assert.Equal([0.0, 0], [weights.At(3, 1), weights.At(4, 1)]);
        Assert.Equal(1, Enumerable.Range(0, 3).Sum(j => weights.At(j, 1)), 1e-6);
        var (alone, _) = Attention.Over(Slice(Annotations, 1, 1, 1)[..3]).Read(Query[1..]);
        Close.Equal(alone, context[1..], 1e-6);
    }

    [Fact]
    public void ADecoderReadsTheContextOfTheStateBefore()
    {
        var gru = new GruCell(2 + 3, 4, Key);
        var cell = new AttentionCell<Tensor>(gru, Attention.Over(Annotations), Attention);
        var x = Key.Normal([2, 2]);
        var (output, next) = cell.Step(x, Query);
        var (context, weights) = Attention.Over(Annotations).Read(Query);
        Close.Same(gru.Step(Concatenate(-1, x, context), Query).Next, next);
        Close.Same(Concatenate(-1, next, context), output);
        Close.Same(weights, cell.Weights(Query));
        Assert.Equal(gru.ParameterCount + Attention.ParameterCount, cell.ParameterCount);
    }

    [Fact]
    public void TheQueryIsTheFirstTensorOfTheStateUnlessAnotherIsNamed()
    {
        var lstm = new LstmCell(2 + 3, 4, Key);
        var state = new LstmState(Query, Key.Normal([2, 4]));
        var sequence = Attention.Over(Annotations);
        Close.Same(sequence.Read(state.H).Weights, new AttentionCell<LstmState>(lstm, sequence, Attention).Weights(state));
        Close.Same(sequence.Read(state.C).Weights, new AttentionCell<LstmState>(lstm, sequence, Attention, s => s.C).Weights(state));
    }

    /// <summary>Each batch has a cell of its own, and the parameters keep the names of the model that owns them.</summary>
    [Fact]
    public void BindingToASequenceRenamesNothing()
    {
        var gru = new GruCell(2 + 3, 4, Key);
        string before = gru.Parameters[0].Name;
        _ = Recurrent.Over(new AttentionCell<Tensor>(gru, Attention.Over(Annotations), Attention)).Forward(Key.Normal([3, 2, 2]));
        Assert.Equal(before, gru.Parameters[0].Name);
    }

    [Fact]
    public void QueriesThatDoNotFitAreAnError()
    {
        Assert.Equal(
            "AttendedSequence.Read: the query is [3, 4], the annotations are [5, 2, 3]; [2, query] is needed.",
            Assert.Throws<ShapeException>(() => Attention.Over(Annotations).Read(Tensor.Ones([3, 4]))).Message);
        Assert.StartsWith("AdditiveAttention: length 6", Assert.Throws<ShapeException>(() => Attention.Over(Annotations, [6, 1])).Message);
        Assert.StartsWith(
            "AdditiveAttention: units", Assert.Throws<ArgumentOutOfRangeException>(() => new AdditiveAttention(1, 1, 0, Key)).Message);
    }
}
