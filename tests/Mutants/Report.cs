namespace Autograd.Mutants;

/// <summary>Says how many mutants were killed, and lists the others.</summary>
static class Report
{
    /// <summary>
    /// Prints the outcome. <paramref name="equivalentFile"/> holds mutants that change nothing that a test could see, a line each:
    /// file, the line as it stands, the line with the error and the reason, with tabs between them. They count neither as killed nor as
    /// survivors. Whole lines, because a number alone stands in many.
    /// </summary>
    /// <returns>Whether at least 97 % were killed.</returns>
    public static bool Print(State state, string equivalentFile, TextWriter writer)
    {
        var equivalent = File.ReadLines(equivalentFile).Where(line => line.Split('\t').Length == 4)
            .ToDictionary(line => string.Join('\t', line.Split('\t')[..3]), line => line.Split('\t')[3]);
        var survivors = state.Mutants.Where(mutant => state.Killers[mutant.Key] is null).ToList();
        var excused = survivors.Where(mutant => equivalent.ContainsKey(mutant.Value.Key)).ToList();
        foreach (var (_, mutant) in excused) writer.WriteLine($"changes nothing  {mutant}  {equivalent[mutant.Key]}");
        foreach (var (number, mutant) in survivors.Except(excused))
            writer.WriteLine($"survived  {mutant}  ({state.Classes.Count(test => test.Reached.Contains(number))} test classes reach it)");
        int counted = state.Mutants.Count - excused.Count, killed = state.Mutants.Count - survivors.Count;
        writer.WriteLine(
            $"seed {state.Seed}: {killed} of {counted} killed ({100.0 * killed / counted:f1} %), {excused.Count} change nothing");
        return killed >= 0.97 * counted;
    }
}
