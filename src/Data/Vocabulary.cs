using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// A one-to-one relation between token texts and the ids 0, 1, …, <see cref="Count"/> − 1, and the rule that splits a text into tokens.
/// </summary>
/// <remarks>
/// Immutable and safe to use from many threads. The same text always gives the same ids. A derived class decides what a token is:
/// see <see cref="CharacterVocabulary"/> and <see cref="WordVocabulary"/>.
/// </remarks>
public abstract class Vocabulary : ISaved
{
    readonly string[] tokens;

    /// <summary>Creates a vocabulary in which the id of a token is its index in <paramref name="tokens"/>.</summary>
    /// <param name="tokens">The token texts, in the order of their ids; at least one, none empty, no two the same.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tokens"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no token, or one is null, empty or a duplicate.</exception>
    protected Vocabulary(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        this.tokens = [.. tokens];
        if (Count == 0) throw Invalid("tokens is empty; at least one token was expected");
        RequireDistinct();
        Tokens = Array.AsReadOnly(this.tokens);
    }

    /// <summary>The token texts; the index of a token is its id. Never empty.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The number of tokens; ids run from 0 to <see cref="Count"/> − 1. At least 1.</summary>
    public int Count => tokens.Length;

    /// <summary>The whole vocabulary as JSON text, from which it can be restored (<c>FromJson</c>).</summary>
    public virtual string ToJson() => SavedTokens.ToJson(Tokens, null);

    /// <summary>
    /// The vocabulary, which must be the same when it is loaded, because ids would otherwise mean other tokens. To take it from a file
    /// instead, add it as a text: <c>state.Add("vocabulary", () =&gt; vocabulary.ToJson(), text =&gt; vocabulary =
    /// CharacterVocabulary.FromJson(text))</c>.
    /// </summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("tokens", ToJson, RequireSame);
    }

    void RequireSame(string json)
    {
        if (json != ToJson())
            throw new InvalidOperationException(
                Invariant($"{GetType().Name}: what is loaded was saved with other tokens than these {Count}."));
    }

    /// <summary>Splits a text into tokens and returns the id of each.</summary>
    /// <param name="text">The text; an empty text gives an empty array.</param>
    /// <returns>The ids, in the order of the text, each at least 0 and below <see cref="Count"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="text"/> cannot be expressed in the tokens of this vocabulary.</exception>
    public abstract int[] Encode(string text);

    /// <summary>Joins the texts of tokens.</summary>
    /// <param name="ids">The ids, each at least 0 and below <see cref="Count"/>; none gives an empty text.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in range; the message names it, its position and the count.</exception>
    public abstract string Decode(ReadOnlySpan<int> ids);

    /// <summary>The text of the token whose id is at a position, from which <see cref="Decode"/> is built.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="position">A position in <paramref name="ids"/>.</param>
    /// <param name="operation">The calling method, named in the error; supplied by the compiler.</param>
    /// <returns>The token's text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The position is not one of <paramref name="ids"/>, or the id there is not one of this vocabulary.
    /// </exception>
    protected string TokenAt(ReadOnlySpan<int> ids, int position, [CallerMemberName] string operation = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, ids.Length);
        var id = ids[position];
        if ((uint)id < (uint)Count) return tokens[id];
        throw new ArgumentOutOfRangeException(nameof(ids), id, Invariant(
            $"{GetType().Name}.{operation}: id {id} at position {position} has no token; at least 0 and below {Count} was expected."));
    }

    void RequireDistinct()
    {
        var seen = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
        {
            var token = tokens[id];
            if (string.IsNullOrEmpty(token)) throw Invalid(Invariant($"token {id} is null or empty; a text was expected"));
            if (!seen.TryAdd(token, id)) throw Invalid(Invariant($"tokens {seen[token]} and {id} are both '{token}'; no two may be alike"));
        }
    }

    ArgumentException Invalid(string fault) => new($"{GetType().Name}: {fault}.", "tokens");
}
