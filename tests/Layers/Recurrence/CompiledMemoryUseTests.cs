using Autograd.Layers;
using Autograd.Tests.Autodiff;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>What a run keeps for its backward pass.</summary>
[Collection(nameof(Alone))]
public class CompiledMemoryUseTests
{
    static readonly RandomKey Key = new(6);

    /// <summary>With the least budget memory grows as the root of the time.</summary>
    [Fact]
    public void ABudgetSavesMemory()
    {
        var layer = Recurrent.Over(new PeepholeLstmCell(4, 16, Key));
        long all = Used(400, null), some = Used(400, 1), longer = Used(1600, 1);
        Assert.True(some * 3 < all, $"{some} bytes with the least budget, {all} without.");
        // The input's gradient and the outputs still grow with time.
        Assert.True(longer < 4 * some, $"{longer} bytes for 1,600 steps, {some} for 400.");

        long Used(int time, long? budget)
        {
            var x = Key.For("x").Normal([time, 8, 4]);
            layer.MemoryBudget = budget;
            layer.Forward(x[..2]);
            while (TapeMemory.Rent().AllocatedBytes > 0) { }
            using var tape = new Tape();
            var run = layer.Run(x);
            tape.Gradients(Sum(run.Outputs), layer.Parameters);
            return tape.AllocatedBytes;
        }
    }
}
