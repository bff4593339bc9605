using System.Diagnostics;

namespace Autograd.Mutants;

/// <summary>A test class, how long it takes, and which mutants it reaches.</summary>
sealed record TestClass(int Suite, string Name, double Seconds, HashSet<int> Reached);

/// <summary>Runs the tests that reach a mutant with the mutant on, quick ones first, until one fails.</summary>
sealed class Campaign(Tree tree, string skipFile, int workers)
{
    /// <summary>Runs every class in a process of its own, so that nothing that an earlier one made hides what a later one
    /// reaches.</summary>
    public async Task<IReadOnlyList<TestClass>> CoverAsync(IProgress<string> progress, CancellationToken cancellation)
    {
        var names = new List<(int Suite, string Name)>();
        for (int suite = 0; suite < Tree.Suites.Length; suite++)
            names.AddRange(
                (await RunAsync(suite, ["--list"], [], null, cancellation)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries
                | StringSplitOptions.TrimEntries).Select(name => (suite, name)));
        var classes = new List<TestClass>();
        File.WriteAllText(skipFile, "");
        await Parallel.ForEachAsync(names, Options(cancellation), async (name, token) =>
        {
            string hits = Path.GetTempFileName();
            var clock = Stopwatch.StartNew();
            var (_, output) = await RunAsync(name.Suite, [name.Name, "--all"], new() { ["AUTOGRAD_MUTANT_HITS"] = hits }, null, token);
            lock (classes)
            {
                classes.Add(new(name.Suite, name.Name, clock.Elapsed.TotalSeconds, [.. File.ReadLines(hits).Select(int.Parse)]));
                // What fails without a mutant, because it looks at the sources, say, proves nothing.
                File.AppendAllLines(
                    skipFile, output.Split('\n').Where(line => line.StartsWith("FAILED\t", StringComparison.Ordinal))
                    .Select(line => line.Split('\t')[1]));
                progress.Report($"{classes.Count} of {names.Count} test classes, {name.Name} in {clock.Elapsed.TotalSeconds:f1} s");
            }
            File.Delete(hits);
        });
        return classes;
    }

    /// <summary>The test that fails with the mutant on, or null if all that reach it pass.</summary>
    public async Task<string?> KillAsync(int number, IReadOnlyList<TestClass> classes, CancellationToken cancellation)
    {
        foreach (var suite in classes.Where(test => test.Reached.Contains(number)).GroupBy(test => test.Suite).OrderBy(suite => suite.Key))
        {
            var limit = TimeSpan.FromSeconds(120 + 10 * suite.Sum(test => test.Seconds));
            var (code, output) = await RunAsync(
                suite.Key, [.. suite.OrderBy(test => test.Seconds).Select(test => test.Name), "--skip", skipFile],
                new() { ["AUTOGRAD_MUTANT"] = number.ToString() }, limit, cancellation);
            if (code == Command.TimedOut) return "(does not end)";
            if (code == 1) return output.Split('\n').First(line => line.StartsWith("FAILED\t", StringComparison.Ordinal)).Split('\t')[1];
            if (code != 0) return $"(ends with exit code {code})";
        }
        return null;
    }

    Task<(int Code, string Output)> RunAsync(
        int suite, string[] arguments, Dictionary<string, string> variables, TimeSpan? limit, CancellationToken cancellation) =>
        Command.RunAsync("dotnet", [tree.AssemblyOf(Tree.Suites[suite]), .. arguments], tree.Folder, variables, limit, cancellation);

    public ParallelOptions Options(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
}
