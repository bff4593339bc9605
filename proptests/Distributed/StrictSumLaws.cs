using Autograd.Distributed;

namespace Autograd.PropertyTests;

/// <summary>What holds for every way of sharing a batch among ranks.</summary>
public class StrictSumLaws
{
    [Law(60)]
    public void NoSharingChangesABit(Draw draw)
    {
        var trial = draw.Of(draw =>
        {
            int microBatches = draw.Whole(1, 24);
            return (MicroBatches: microBatches, Ranks: draw.Whole(1, Math.Min(microBatches, 6)), Singles: draw.Whole(0, 9),
                Doubles: draw.Whole(1, 9), Key: draw.Key());
        });
        double[] alone = Gradients(1)[0];
        Assert.All(Gradients(trial.Ranks), gradients => Assert.Equal(alone, gradients));

        double[][] Gradients(int ranks)
        {
            var found = new double[ranks][];
            LocalJob.Run(ranks, communicator => found[communicator.Rank] = OfRank(communicator));
            return found;
        }

        // Σ w ⊙ x has the gradient x, so any numbers can be asked for.
        double[] OfRank(Communicator communicator)
        {
            Parameter w = new("w", Tensor.Ones([trial.Singles])), v = new("v", Tensor.Ones([trial.Doubles], ElementType.Float64));
            var batch = new DataParallel(communicator, [w, v]).Gradients(trial.MicroBatches, i =>
            {
                var key = trial.Key.At(i);
                var single = Functions.Sum(w * key.For("w").Normal([trial.Singles]));
                var other = Functions.Sum(v * key.For("v").Normal([trial.Doubles], type: ElementType.Float64));
                return new WeightedLoss(single.As(ElementType.Float64) + other, key.For("weight").Whole(0, 4));
            });
            return [batch.Loss, .. batch.Gradients.SelectMany(gradient => gradient.ToDoubles())];
        }
    }
}
