namespace Autograd.Mutants;

/// <summary>All that a run knows, kept in a file after each mutant: a killer is the test that failed, or null where none did.</summary>
sealed record State(int Seed, Dictionary<int, Mutant> Mutants, IReadOnlyList<TestClass> Classes, Dictionary<int, string?> Killers)
{
    /// <summary>Forgets that mutants survived, where their lines stand in other sources too, and that those whose lines do not were
    /// planted.</summary>
    /// <param name="places">All places of those sources.</param>
    public State Again(IEnumerable<Mutant> places)
    {
        var now = places.ToLookup(place => place.Key);
        var killed = Killers.Where(mutant => mutant.Value is not null).ToDictionary();
        var mutants = new Dictionary<int, Mutant>();
        foreach (var (number, mutant) in Mutants)
            if (killed.ContainsKey(number)) mutants.Add(number, mutant);
            else if (now[mutant.Key].MinBy(place => Math.Abs(place.Line - mutant.Line)) is { } same) mutants.Add(number, same);
        return this with { Mutants = mutants, Classes = [], Killers = killed };
    }

    /// <summary>Those that no test was tried on.</summary>
    public Dictionary<int, Mutant> Untried() => Mutants.Where(mutant => !Killers.ContainsKey(mutant.Key)).ToDictionary();
}
