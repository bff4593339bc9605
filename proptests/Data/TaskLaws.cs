using Autograd.Data;

namespace Autograd.PropertyTests;

/// <summary>What holds for every generated task.</summary>
public class TaskLaws
{
    const int Trials = 100;

    /// <summary>The same key gives the same batch, another step another one, and no target or input stands in the padding.</summary>
    [Law(Trials)]
    public void BatchesAreAFunctionOfTheirKey(Draw draw)
    {
        var trial = draw.Of(draw => (Key: draw.Key(), Task: draw.Whole(0, 5), Step: draw.Whole(0, 1000)));
        var (inputs, lengths) = Batch(trial.Task, trial.Key.At(trial.Step));
        var (again, _) = Batch(trial.Task, trial.Key.At(trial.Step));
        var (other, _) = Batch(trial.Task, trial.Key.At(trial.Step + 1));
        Near.SameBits([inputs.ToDoubles()], [again.ToDoubles()], "the same key");
        Assert.NotEqual(inputs.ToDoubles(), other.ToDoubles());
        for (int row = 0; row < lengths.Length; row++)
            for (int t = lengths[row]; t < inputs.Shape[0]; t++)
                for (int feature = 0; feature < inputs.Shape[2]; feature++)
                    Assert.Equal(0, inputs.At(t, row, feature));
    }

    /// <summary>More rows do not change the rows there are.</summary>
    [Law(Trials)]
    public void ALargerBatchBeginsWithTheSmallerOne(Draw draw)
    {
        var trial = draw.Of(draw => (Key: draw.Key(), Rows: draw.Whole(1, 8)));
        var (small, large) = (Parity.Batch(trial.Key, trial.Rows, 1, 12), Parity.Batch(trial.Key, trial.Rows + 3, 1, 12));
        Assert.Equal(small.Lengths, large.Lengths[..trial.Rows]);
        for (int t = 0; t < 12; t++)
            for (int row = 0; row < trial.Rows; row++)
                Assert.Equal(small.Inputs.At(t, row, 0), large.Inputs.At(t, row, 0));
    }

    static (Tensor Inputs, int[] Lengths) Batch(int task, RandomKey key)
    {
        switch (task)
        {
            case 0: return Parts(Parity.Batch(key, 9, 5, 20));
            case 1: return Parts(BinaryAddition.Batch(key, 9, 5, 20));
            case 2: return Parts(EmbeddedReber.Batch(key, 9));
            case 3:
                var adding = AddingProblem.OriginalBatch(key, 30, 9);
                return (adding.Inputs, adding.Lengths);
            case 4:
                var order = TemporalOrder.Batch(key, 9, time: 30);
                return (order.Inputs, order.Lengths);
            default:
                var speech = new PhonemeSequences(key).Batch(key, 9);
                return (speech.Inputs, speech.Lengths);
        }
    }

    static (Tensor, int[]) Parts(TargetSequences batch) => (batch.Inputs, batch.Lengths);
}
