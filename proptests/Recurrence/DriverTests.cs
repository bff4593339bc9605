namespace Autograd.PropertyTests;

/// <summary>Every driver gives what <c>Recurrent</c> gives: from any state, in any mode, with and without lengths.</summary>
public class DriverTests
{
    public static TheoryData<string> Cells => CellKinds.Names;

    [Theory]
    [MemberData(nameof(Cells))]
    public void EveryDriverGivesWhatRecurrentGives(string cell) => Law.Holds(15, CellKinds.Named(cell).Drivers, trial =>
    {
        var (full, cut) = (trial.Expected(hasLengths: false), trial.Expected(hasLengths: true));
        double tolerance =
            trial.Tolerance(full.Final.Append(full.Outputs!).Max(tensor => tensor.ToDoubles().Select(Math.Abs).DefaultIfEmpty().Max()));
        foreach (var run in trial.Others())
        {
            var expected = run.HasLengths ? cut : full;
            string what = $"{run.Driver}{(run.HasLengths ? " with lengths" : "")}";
            if (run.Outputs is { } outputs) Near.Equal(expected.Outputs!, outputs, tolerance, $"{what}: outputs");
            Near.Equal(expected.Last, run.Last, tolerance, $"{what}: last output");
            Assert.Equal(expected.Final.Length, run.Final.Length);
            for (int i = 0; i < run.Final.Length; i++) Near.Equal(expected.Final[i], run.Final[i], tolerance, $"{what}: final state {i}");
        }
    });
}
