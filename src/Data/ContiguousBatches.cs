using System.Collections;
using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// Cuts a long sequence of tokens into contiguous streams and traverses all of them in parallel, window by window, so that recurrent state
/// can be carried from each window to the next: the usual batches of a stateful language model.
/// </summary>
/// <remarks>
/// <para>
/// Of n tokens, each of the R = <see cref="Rows"/> streams has L = ⌊(n − 1) / R⌋ = <see cref="StreamLength"/>; row r reads the tokens r·L …
/// (r + 1)·L − 1 in order, and its target at each is the token that follows. There are ⌊L / <see cref="Window"/>⌋ = <see cref="Count"/>
/// windows; the rest of each stream, shorter than a window, is dropped, and so are the tokens after the last stream. Row r of a window
/// continues row r of the previous window.
/// </para>
/// <para>
/// The tokens are copied once, in time-major order, when the object is created; a window is a view of that copy, created on request; each
/// enumeration is one epoch over the same windows. Immutable and safe to use from many threads.
/// </para>
/// </remarks>
public sealed class ContiguousBatches : IReadOnlyList<TokenWindow>
{
    // One step more than the windows read: targets are then the same memory as inputs, one step (Rows tokens) further on.
    readonly int[] timeMajor;

    /// <summary>Arranges tokens in streams and windows.</summary>
    /// <param name="tokens">
    /// The tokens, at least <paramref name="rows"/> · <paramref name="window"/> + 1; an array will do. They are copied.
    /// </param>
    /// <param name="rows">The number of streams walked in parallel, the batch size; at least 1.</param>
    /// <param name="window">The number of steps in a window; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> or <paramref name="window"/> is below 1.</exception>
    /// <exception cref="ArgumentException">There are too few tokens for one window; the message says how many are needed.</exception>
    public ContiguousBatches(ReadOnlyMemory<int> tokens, int rows, int window)
    {
        Require.AtLeast("ContiguousBatches", nameof(rows), rows, 1);
        Require.AtLeast("ContiguousBatches", nameof(window), window, 1);
        RequireTokens(tokens.Length, rows, window);
        Rows = rows;
        Window = window;
        StreamLength = (tokens.Length - 1) / rows;
        Count = StreamLength / window;
        timeMajor = Arrange(tokens.Span, rows, StreamLength, steps: Count * window + 1);
    }

    /// <summary>The number of windows in an epoch; at least 1.</summary>
    public int Count { get; }

    /// <summary>The number of streams walked in parallel.</summary>
    public int Rows { get; }

    /// <summary>The number of steps in a window.</summary>
    public int Window { get; }

    /// <summary>The number of tokens in each stream, those dropped at its end included.</summary>
    public int StreamLength { get; }

    /// <summary>A window by its position in the epoch.</summary>
    /// <param name="index">The position: 0 is the first, whose <see cref="TokenWindow.IsFirst"/> is true.</param>
    /// <returns>The window; nothing is copied.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such window.</exception>
    public TokenWindow this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(index), index,
                    Invariant($"ContiguousBatches: window {index} does not exist; at least 0 and below {Count} was expected."));
            var size = Window * Rows;
            var inputs = timeMajor.AsMemory(index * size, size);
            var targets = timeMajor.AsMemory(index * size + Rows, size);
            return new TokenWindow(inputs, targets, Window, Rows, isFirst: index == 0);
        }
    }

    /// <summary>Enumerates the windows of one epoch in order.</summary>
    /// <returns>The enumerator.</returns>
    public IEnumerator<TokenWindow> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return this[index];
    }

    /// <summary>
    /// Walks through the windows of all epochs, which are the same in each; its position can be saved. Save it together with the recurrent
    /// state that is carried from window to window: <c>State.Carried</c> of <c>Autograd.Layers</c>.
    /// </summary>
    public BatchWalk<TokenWindow> Walk() => new(Count, _ => this);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    static int[] Arrange(ReadOnlySpan<int> tokens, int rows, int streamLength, int steps)
    {
        var arranged = new int[checked(steps * rows)];
        for (var row = 0; row < rows; row++)
        {
            var stream = tokens.Slice(row * streamLength, steps);
            for (var step = 0; step < steps; step++) arranged[step * rows + row] = stream[step];
        }
        return arranged;
    }

    static void RequireTokens(int count, int rows, int window)
    {
        var needed = (long)rows * window + 1;
        if (count >= needed) return;
        var expected = Invariant($"{rows} rows and a window of {window} need at least {needed} tokens (rows * window + 1)");
        throw new ArgumentException(Invariant($"ContiguousBatches: tokens has {count} tokens; {expected}."), "tokens");
    }
}
