using System.Text.Json;
using Autograd.Mutants;

// Plants errors in a sample of lines, one at a time, and lists those that no test notices:
//     Autograd.Mutants ROOT [--seed N] [--lines N] [--workers N] [--folder FOLDER] [--again]
// A run that was stopped goes on where it was when it is started again with the same seed and number of lines; with --again, those that
// survived are tried once more with the sources and tests as they are now.
string root = Path.GetFullPath(args.Length > 0 && !args[0].StartsWith('-') ? args[0] : ".");
int seed = Number("--seed", 1), lines = Number("--lines", 160), workers = Number("--workers", Math.Max(1, Environment.ProcessorCount));
string folder = Path.GetFullPath(Text("--folder") ?? Path.Combine(Path.GetTempPath(), "autograd-mutants", $"{seed}-{lines}"));
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};

var tree = new Tree(root, Path.Combine(folder, "tree"));
string stateFile = Path.Combine(folder, "state.json"), skipFile = Path.Combine(folder, "skipped.txt");
var campaign = new Campaign(tree, skipFile, workers);
try
{
    var state = File.Exists(stateFile) ? JsonSerializer.Deserialize<State>(File.ReadAllText(stateFile))! : await PrepareAsync();
    if (args.Contains("--again")) state = await AgainAsync(state);
    await RunAsync(state);
    return Report.Print(state, Path.Combine(AppContext.BaseDirectory, "equivalent.txt"), Console.Out) ? 0 : 1;
}
catch (OperationCanceledException)
{
    Console.WriteLine("Stopped. The same command goes on from here.");
    return 2;
}

// Samples lines and one mutant of each, drops what does not compile, and finds out which tests reach what.
async Task<State> PrepareAsync()
{
    Directory.CreateDirectory(folder);
    tree.Lay();
    var all = tree.Lines();
    var random = new Random(seed);
    var drawn = new Queue<Mutant>(Draw(all, random));
    Console.WriteLine($"{all.Count} lines with {all.Sum(line => line.Count)} places; a sample of {lines} with seed {seed}");
    var mutants = new Dictionary<int, Mutant>();
    var touched = new HashSet<string>();
    int next = 1;
    while (true)
    {
        while (mutants.Count < lines && drawn.TryDequeue(out var mutant)) mutants.Add(next++, mutant);
        touched.UnionWith(mutants.Values.Select(mutant => mutant.File));
        tree.Write(mutants, touched);
        var errors = await tree.BuildAsync(stop.Token);
        if (errors.Count == 0) break;
        var broken = errors.Select(error => CauseOf(error, mutants)).Distinct().ToList();
        foreach (int number in broken) mutants.Remove(number);
        Console.WriteLine($"{broken.Count} mutants do not compile and are replaced");
    }
    return await CoverAsync(new State(seed, mutants, [], []));
}

async Task<State> AgainAsync(State state)
{
    tree.Lay();
    var again = state.Again(tree.Lines().SelectMany(line => line));
    var untried = again.Untried();
    Console.WriteLine($"{untried.Count} are tried again, the lines of {state.Mutants.Count - again.Mutants.Count} are gone");
    tree.Write(untried, [.. untried.Values.Select(mutant => mutant.File).Distinct()]);
    if ((await tree.BuildAsync(stop.Token)).Count > 0) throw new InvalidOperationException("A mutant does not compile any more.");
    return await CoverAsync(again);
}

async Task<State> CoverAsync(State state)
{
    state = state with { Classes = await campaign.CoverAsync(new Printed(), stop.Token) };
    Keep(state);
    return state;
}

async Task RunAsync(State state)
{
    await Parallel.ForEachAsync(
        state.Untried(), campaign.Options(stop.Token), async (mutant, token) =>
    {
        string? killer = await campaign.KillAsync(mutant.Key, state.Classes, token);
        lock (state)
        {
            state.Killers.Add(mutant.Key, killer);
            Keep(state);
            Console.WriteLine(
                $"{state.Killers.Count,4} of {state.Mutants.Count}  {(killer is null ? "SURVIVED" : "killed")}  {mutant.Value}  {killer}");
        }
    });
}

// Hours of work do not hang on a moment in which half of the file is written.
void Keep(State state) => Autograd.Examples.WholeFile.Write(stateFile, JsonSerializer.Serialize(state));

static IEnumerable<Mutant> Draw(IReadOnlyList<IReadOnlyList<Mutant>> all, Random random)
{
    var shuffled = all.ToArray();
    random.Shuffle(shuffled);
    return shuffled.Select(line => line[random.Next(line.Count)]);
}

// The mutant on the line that the compiler names, or the last one before it: a local that is no longer assigned is missed further down.
static int CauseOf((string File, int Line) error, Dictionary<int, Mutant> mutants)
{
    var before = mutants.Where(mutant => mutant.Value.File == error.File && mutant.Value.Line <= error.Line)
        .OrderBy(mutant => mutant.Value.Line).ToList();
    return before.Count > 0 ? before[^1].Key
        : throw new InvalidOperationException($"{error.File}({error.Line}) does not compile, and no mutant stands there.");
}

int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text) : otherwise;

string? Text(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

/// <summary>Prints a line as it comes.</summary>
sealed class Printed : IProgress<string>
{
    public void Report(string value) => Console.WriteLine(value);
}
