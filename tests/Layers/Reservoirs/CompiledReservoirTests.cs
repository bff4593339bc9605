using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

/// <summary>Cells with fixed weights run compiled, with the eager tape's results and gradients.</summary>
public class CompiledReservoirTests
{
    static readonly RandomKey Key = new(7);

    [Fact]
    public void EchoState() => Agrees(new EchoStateCell(3, 20, Key, new() { Leak = 0.4, Connectivity = 0.4, BiasScaling = 0.3 }));

    [Fact]
    public void LiquidState() =>
        Agrees(new LiquidStateCell(3, Key, new() { Grid = (2, 3, 3), InputConnectivity = 1, MembraneTime = 3, SurrogateSlope = 2 }));

    [Fact]
    public void Contractive() => Agrees(new ContractiveCell(3));

    [Fact]
    public void StateSpace() => Agrees(new StateSpaceCell(3, (u, x) => Sin(x) + 0.3 * u, x => Sum(x, -1).Reshape(-1, 1)));

    static void Agrees<TState>(Cell<TState> cell)
    {
        var layer = Recurrent.Over(cell);
        var x = Key.For("x").Normal([9, 4, 3], 1, ElementType.Float64);
        BothWays.Agree(layer, () => BothWays.Everything(layer, x, [9, 3, 5, 1], x));
    }
}
