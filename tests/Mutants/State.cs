namespace Autograd.Mutants;

/// <summary>All that a run knows, kept in a file after each mutant: a killer is the test that failed, or null where none did.</summary>
sealed record State(int Seed, Dictionary<int, Mutant> Mutants, IReadOnlyList<TestClass> Classes, Dictionary<int, string?> Killers)
{
    /// <summary>Forgets that mutants survived, and which of them the given sources' tests reach.</summary>
    /// <param name="changed">Sources of tests. Where one holds no test, all classes may have changed.</param>
    public State Again(IReadOnlyList<string> changed)
    {
        string[] words = [.. changed.SelectMany(name => Path.GetFileNameWithoutExtension(name).Split('.')[..1])];
        bool all = words.Any(word => !Classes.Any(test => Short(test) == word) && !word.EndsWith("Tests", StringComparison.Ordinal));
        return this with
        {
            Classes = all ? [] : [.. Classes.Where(test => !words.Contains(Short(test)))],
            Killers = Killers.Where(mutant => mutant.Value is not null).ToDictionary(),
        };
    }

    static string Short(TestClass test) => test.Name[(test.Name.LastIndexOf('.') + 1)..];
}
