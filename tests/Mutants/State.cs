namespace Autograd.Mutants;

/// <summary>All that a run knows, kept in a file after each mutant: a killer is the test that failed, or null where none did.</summary>
sealed record State(int Seed, Dictionary<int, Mutant> Mutants, IReadOnlyList<TestClass> Classes, Dictionary<int, string?> Killers);
