using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>Time reversal of bidirectional layers.</summary>
public class BidirectionalTests
{
    public static TheoryData<string> Cells => CellKinds.Names;

    [Theory]
    [MemberData(nameof(Cells))]
    public void ReversedInputGivesReversedOutputWithTheHalvesSwapped(string cell) =>
        Law.Holds(15, draw => ReversalTrial.Of(draw, CellKinds.Named(cell)), trial =>
    {
        var (straight, mirrored) = trial.Outputs();
        Near.Equal(straight, mirrored, 0, "outputs, halves swapped and turned back,");
    });
}
