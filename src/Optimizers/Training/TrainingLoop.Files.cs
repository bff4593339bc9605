namespace Autograd.Optimizers;

/// <content>What is kept between runs, and in a file.</content>
public sealed partial class TrainingLoop
{
    /// <summary>
    /// The optimizer, the best so far, early stopping, averages, the mean of the losses and which validations have been done; and, if the
    /// parameters hold the best values after a run, the latest ones. Not the parameters themselves, which are saved with the model.
    /// </summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("optimizer", Optimizer);
        state.Add("validated", () => validated, value => validated = Require.AtLeast(Name, nameof(validated), value, 0));
        state.Add("best step", () => bestStep, value => bestStep = Require.AtLeast(Name, "best step", value, 0));
        state.Add("mean", mean);
        state.Add("best", Best);
        if (Stopping is { } stopping) state.Add("stopping", stopping);
        if (Average is { } average) state.Add("average", average);
        state.Add("last", SavedState.Of(values => BestSoFar.Describe(values, parameters, last)));
    }

    void PutBest()
    {
        if (Best.Value is null) return;
        for (int i = 0; i < last.Length; i++) last[i] = parameters[i].Detach();
        Best.Put();
    }

    // Parameters that differ from what a run left in them were changed on purpose.
    void PutLast()
    {
        if (Array.TrueForAll(last, value => value is not null) && Best.IsPut)
            Parameter.TakeAll([.. parameters.Select((parameter, i) => (parameter, last[i]!))]);
        Array.Clear(last);
    }
}
