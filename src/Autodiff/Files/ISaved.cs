namespace Autograd;

/// <summary>
/// Something that can be kept in a file. It describes once what it consists of, and the same description serves saving and loading, so that
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
    /// Adds everything to a state, under names of its own. It must not depend on whether something is saved or loaded. What refuses a value
    /// must not change.
    /// </summary>
    /// <param name="state">To which it is added.</param>
    void Describe(SavedState state);
}
