using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>The time step of an entry is the one under which it was recorded, whatever was forgotten before it.</summary>
public class StepLabelLaws
{
    enum Deed
    {
        Computes,
        BeginsAStep,
        RunsASegment,
        DerivesWithin,
    }

    [Law(200)]
    public void AnEntryHasTheStepUnderWhichItWasRecorded(Draw draw)
    {
        var deeds = draw.Of(Deeds);
        using var tape = new Tape();
        var (point, expected) = (Tensor.Scalar(0.5, ElementType.Float64), new List<int?> { null });
        var x = tape.Watch(Tensor.Scalar(0.5, ElementType.Float64));
        int? step = null;
        foreach (var (deed, number) in deeds)
        {
            switch (deed)
            {
                case Deed.BeginsAStep:
                    tape.BeginStep(number);
                    step = number < 0 ? null : number;
                    break;
                case Deed.RunsASegment: Checkpoint.Run(() => InSteps(x, number)); break;
                case Deed.DerivesWithin: Differentiate.Gradient(y => InSteps(y, number), point); break;
                default: Tanh(x); break;
            }
            while (expected.Count < tape.Position) expected.Add(step);
        }
        Assert.Equal(expected, tape.Entries().Select(entry => entry.Step));
    }

    // Under some steps of its own, which are forgotten with it.
    static Tensor InSteps(Tensor x, int steps)
    {
        for (int t = 0; t < steps; t++)
            using (TimeStep.Begin(10 + t)) x = Tanh(x);
        return Sin(x);
    }

    static (Deed Deed, int Number)[] Deeds(Draw draw) =>
        [.. Enumerable.Range(0, draw.Whole(1, 12)).Select(_ => (draw.OneOf(Enum.GetValues<Deed>().AsSpan()), draw.Whole(-1, 3)))];
}
