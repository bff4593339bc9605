namespace Autograd.PropertyTests;

/// <summary>Rules that are to give the same gradient, for random cells, lengths, batches and windows.</summary>
public class LearningRuleTests
{
    static readonly LearningRule Whole = new LearningRule.Whole();

    public static TheoryData<string> Cells => CellKinds.Names;

    [Law(60)]
    public void RealTimeLearningIsBackPropagationThroughTime(Draw draw)
    {
        var trial = draw.Of(LearningTrial.Of);
        Equal(trial.Learn(Whole), trial.Learn(new LearningRule.RealTime()));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void TheExactRulesAgreeForEveryCell(string cell) => Law.Holds(8, CellKinds.Named(cell).Learning, trial =>
    {
        var whole = trial.Learn(Whole);
        Equal(whole, trial.Learn(new LearningRule.RealTime()));
        Equal(whole, trial.Learn(new LearningRule.Chunks(2, Autograd.Layers.ChunkState.CarriedWithGradient)));
        Near.SameBits(whole.Gradients, trial.Learn(new LearningRule.Truncated(trial.Time, trial.Time)).Gradients, "gradient");
    });

    [Law(40)]
    public void FocusedBackPropagationIsExactForSelfConnections(Draw draw)
    {
        var trial = draw.Of(LearningTrial.Focused);
        Equal(trial.Learn(Whole), trial.Learn(new LearningRule.Focused()));
        Equal(trial.Learn(Whole), trial.Learn(new LearningRule.RealTime(1)));
    }

    [Law(60)]
    public void TruncationAtTheWholeLengthChangesNoBit(Draw draw)
    {
        var trial = draw.Of(LearningTrial.Of);
        Near.SameBits(trial.Learn(Whole).Gradients, trial.Learn(new LearningRule.Truncated(trial.Time, trial.Time)).Gradients, "gradient");
    }

    [Law(60)]
    public void AReachOverEverythingIsExactForAnyWindow(Draw draw)
    {
        var drawn = draw.Of(draw => (Trial: LearningTrial.Of(draw), K1: draw.Whole(1, 9)));
        Equal(drawn.Trial.Learn(Whole), drawn.Trial.Learn(new LearningRule.Truncated(drawn.K1, drawn.Trial.Time)));
    }

    [Law(60)]
    public void ChunksWithTheirGradientCarriedAreTheWhole(Draw draw)
    {
        var drawn = draw.Of(draw => (Trial: LearningTrial.Of(draw), Length: draw.Whole(1, 9)));
        Equal(drawn.Trial.Learn(Whole),
            drawn.Trial.Learn(new LearningRule.Chunks(drawn.Length, Autograd.Layers.ChunkState.CarriedWithGradient)));
    }

    [Law(60)]
    public void ChunksWithTheirValueCarriedAreWindowsOfTheirOwnLength(Draw draw)
    {
        var drawn = draw.Of(draw => (Trial: LearningTrial.Of(draw), Length: draw.Whole(1, 9)));
        Near.SameBits(
            drawn.Trial.Learn(new LearningRule.Truncated(drawn.Length, drawn.Length)).Gradients,
            drawn.Trial.Learn(new LearningRule.Chunks(drawn.Length, Autograd.Layers.ChunkState.Carried)).Gradients, "gradient");
    }

    [Law(60)]
    public void NormsOfStepsAreThoseOfTheGradientsThatTheUpdateSees(Draw draw)
    {
        var drawn = draw.Of(draw => draw.Whole(0, 2) switch
        {
            0 => (Trial: LearningTrial.Focused(draw), Rule: (LearningRule.Forward)new LearningRule.Focused()),
            1 => (LearningTrial.Of(draw), new LearningRule.RealTime()),
            _ => (LearningTrial.Of(draw), new LearningRule.RealTime(draw.Whole(1, 3))),
        });
        var (reported, given) = drawn.Trial.StepNorms(drawn.Rule);
        Assert.Equal(drawn.Trial.Time, given.Length);
        Near.Equal(given, reported, Near.Rounding(given.Max()), "norm of a step");
    }

    [Law(60)]
    public void NormsOfSweepsAreThoseOfTheStatesGradients(Draw draw)
    {
        var drawn = draw.Of(draw => (Trial: LearningTrial.Of(draw), K1: draw.Whole(1, 9), K2: draw.Whole(1, 9)));
        var (reported, exact) = drawn.Trial.StateNorms(drawn.K1, drawn.K2);
        Near.Equal(exact, reported, Near.Rounding(exact.Max()), "norm of a step");
    }

    static void Equal((double Loss, double[][] Gradients) expected, (double Loss, double[][] Gradients) found)
    {
        double scale = Math.Max(Math.Abs(expected.Loss), expected.Gradients.Max(gradient => gradient.Max(Math.Abs)));
        Assert.Equal(expected.Loss, found.Loss, Near.Rounding(scale));
        Near.Equal(expected.Gradients, found.Gradients, Near.Rounding(scale), "gradient");
    }
}
