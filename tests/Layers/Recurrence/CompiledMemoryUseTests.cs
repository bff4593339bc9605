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
        long all = Used(400, null), some = Used(400, 1);
        // The outputs, in segments and as a whole, and their cotangents still grow with time.
        long outputs = 4L * 400 * 8 * 16 * sizeof(float);
        Assert.True((some - outputs) * 3 < all - outputs, $"{some} bytes with the least budget, {all} without, {outputs} for the outputs.");
        long longer = Used(1600, 1);
        Assert.True(longer - 4 * outputs < 3 * (some - outputs), $"{longer} bytes for 1,600 steps, {some} for 400.");

        long Used(int time, long? budget)
        {
            var x = Key.For("x").Normal([time, 8, 4]);
            layer.MemoryBudget = budget;
            layer.Forward(x[..2]);
            // Idle memories, of which those of traces are empty: enough to leave none.
            for (int i = 0; i < 1000; i++) TapeMemory.Rent();
            using var tape = new Tape();
            var run = layer.Run(x);
            tape.Gradients(Sum(run.Outputs), layer.Parameters);
            return tape.AllocatedBytes;
        }
    }
}
