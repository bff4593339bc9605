using System.Globalization;

namespace Autograd;

/// <summary>Saving random keys.</summary>
public static class SavedKeys
{
    /// <summary>Adds a random key, which draws the same numbers after it is restored.</summary>
    /// <param name="state">To which it is added.</param>
    /// <param name="name">Its name.</param>
    /// <param name="save">Gives it.</param>
    /// <param name="load">Takes it back.</param>
    /// <exception cref="ArgumentException">The name is taken, or the whole name begins with a dot.</exception>
    /// <exception cref="SymbolicReadException">When it is saved: the key holds the time step of a recurrence that is traced.</exception>
    public static void Add(this SavedState state, string name, Func<RandomKey> save, Action<RandomKey> load)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(save);
        ArgumentNullException.ThrowIfNull(load);
        state.Add(name, () => save().ToText(), text => RandomKey.TryParse(text, out var key) ? () => load(key) : null);
    }

    /// <summary>Seed, purpose and step, and whether it was placed at a step.</summary>
    static string ToText(this RandomKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"{key.Seed} {key.Purpose} {key.Step}{(key.IsPlaced ? " placed" : "")}");
}
