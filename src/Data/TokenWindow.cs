using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// Some steps of several token streams traversed in parallel, and the tokens to predict at each: the input of one truncated training step.
/// </summary>
/// <remarks>
/// Both arrays are <c>[time, rows]</c>, time-major and flattened: step t of row r stands at index <c>t * Rows + r</c>. Immutable, and safe
/// to use from many threads, as long as the memory it was created from is not modified.
/// </remarks>
public sealed class TokenWindow
{
    /// <summary>Creates a window over the given memory, which is not copied.</summary>
    /// <param name="inputs">The tokens to read, <c>[time, rows]</c>.</param>
    /// <param name="targets">The tokens to predict, <c>[time, rows]</c>.</param>
    /// <param name="time">The number of steps; at least 1.</param>
    /// <param name="rows">The number of streams; at least 1.</param>
    /// <param name="isFirst">Whether recurrent state is reset here.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> or <paramref name="rows"/> is below 1.</exception>
    /// <exception cref="ArgumentException">An array does not have time · rows elements.</exception>
    public TokenWindow(ReadOnlyMemory<int> inputs, ReadOnlyMemory<int> targets, int time, int rows, bool isFirst)
    {
        Require.AtLeast("TokenWindow", nameof(time), time, 1);
        Require.AtLeast("TokenWindow", nameof(rows), rows, 1);
        RequireLength(inputs.Length, nameof(inputs), time, rows);
        RequireLength(targets.Length, nameof(targets), time, rows);
        Inputs = inputs;
        Targets = targets;
        Time = time;
        Rows = rows;
        IsFirst = isFirst;
    }

    /// <summary>The tokens to read, <c>[time, rows]</c> flattened.</summary>
    public ReadOnlyMemory<int> Inputs { get; }

    /// <summary>The tokens to predict, <c>[time, rows]</c> flattened: in a language model, the inputs one step later.</summary>
    public ReadOnlyMemory<int> Targets { get; }

    /// <summary>The number of steps; at least 1.</summary>
    public int Time { get; }

    /// <summary>The number of streams walked in parallel; at least 1.</summary>
    public int Rows { get; }

    /// <summary>Whether this is the first window of an epoch: recurrent state is reset here and carried over in the others.</summary>
    public bool IsFirst { get; }

    static void RequireLength(int length, string name, int time, int rows)
    {
        var expected = (long)time * rows;
        if (length != expected)
            throw new ArgumentException(
                Invariant($"TokenWindow: {name} has {length} tokens; [time, rows] is [{time}, {rows}], {expected} were expected."), name);
    }
}
