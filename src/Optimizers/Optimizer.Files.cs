namespace Autograd.Optimizers;

/// <content>Keeping what an optimizer remembers in a file.</content>
public abstract partial class Optimizer : ISaved
{
    /// <summary>
    /// The kind of optimizer, its steps and rate, the state of its schedule, and the slots of every parameter under the parameter's name. A
    /// loaded rate is used if the schedule is a <see cref="Constant"/>; other schedules continue from the number of steps.
    /// </summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("type", () => name, CheckType);
        state.Add("steps", () => Steps, value => Steps = value);
        state.Add("rate", () => LearningRate, value => schedule = schedule is Constant ? new Constant(value) : schedule);
        state.Add("schedule", schedule);
        foreach (var remembered in states) remembered.Describe(state);
    }

    void CheckType(string type)
    {
        if (type != name)
            throw new InvalidOperationException($"{name}: what is loaded was saved by {type}; its state means something else.");
    }
}
