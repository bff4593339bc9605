namespace Autograd;

/// <summary>
/// Something that can be saved to a file. It describes its contents once, and the same description serves for saving and loading, so that
/// the two cannot differ:
/// <code>
/// public void Describe(SavedState state)
/// {
///     state.Add("epoch", () => epoch, value => epoch = (int)value);
///     state.Add("average", () => average, value => average = value);
///     state.Add("optimizer", optimizer);
/// }
/// </code>
/// </summary>
public interface ISaved
{
    /// <summary>
    /// Adds all contents to a state, each under a name. It must not depend on whether something is saved or loaded. A loading action that
    /// refuses a value must not change anything.
    /// </summary>
    /// <param name="state">The state to which they are added.</param>
    void Describe(SavedState state);
}
