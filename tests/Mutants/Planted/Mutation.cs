// Copied into every library of the tree that errors are planted in.
namespace Autograd.Mutants;

/// <summary>
/// The switch of the planted errors: AUTOGRAD_MUTANT chooses the one that is on in this process. Where AUTOGRAD_MUTANT_HITS names a file,
/// none is on, and the numbers of those that were reached are appended to it as the process ends.
/// </summary>
static class Mutation
{
    static readonly int Active = int.TryParse(Environment.GetEnvironmentVariable("AUTOGRAD_MUTANT"), out int number) ? number : -1;
    static readonly bool[]? Hits = Record();

    internal static bool On(int number)
    {
        if (Hits is not null) Hits[number] = true;
        return number == Active;
    }

    static bool[]? Record()
    {
        if (Environment.GetEnvironmentVariable("AUTOGRAD_MUTANT_HITS") is not { Length: > 0 } file) return null;
        var hits = new bool[1 << 16];
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            File.AppendAllLines(file, hits.Index().Where(hit => hit.Item).Select(hit => hit.Index.ToString()));
        return hits;
    }
}
