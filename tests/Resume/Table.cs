using System.Diagnostics;
using System.Globalization;

namespace Autograd.Resume;

/// <summary>
/// The table of exact resumes: a run that is never stopped, and the same run stopped after random steps and resumed in a new process, have
/// the same hash of everything, whatever the number of threads before and after.
/// </summary>
internal static class Table
{
    // With one thread, with two, and with vectors of another width, which has the same bits.
    static readonly (int Threads, string? Setting)[] Processes = [(1, null), (2, null), (1, "DOTNET_PreferredVectorBitWidth=128")];

    public static int Run(int rows, int stops)
    {
        var trials = Trial.All.Take(rows).ToArray();
        if (Trial.Missing.ToArray() is { Length: > 0 } missing) return Fail($"no row has {string.Join(", ", missing)}");
        string folder = Directory.CreateTempSubdirectory("resume").FullName;
        try
        {
            foreach (var trial in trials) Write(trial, stops, folder);
            int failures = 0;
            foreach (var (threads, setting) in Processes) failures += Continued(folder, threads, setting);
            Console.WriteLine(
                $"{trials.Length} rows, {trials.Length * stops * Processes.Length} resumes in new processes, {failures} with another hash");
            return failures == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Resumes all that is in a folder: the new process.</summary>
    public static int Continue(string folder, int threads)
    {
        int failures = 0;
        foreach (string path in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            string[] lines = File.ReadAllLines(Path.Combine(path, "expected"));
            var (trial, expected, count, wrong) = (Trial.Parse(lines[0]), lines[1], 0, 0);
            var run = new Run(trial, threads);
            foreach (string file in Directory.EnumerateFiles(path, "*.safetensors"))
            {
                int stop = int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture);
                // Into a new run, and then into the one that was somewhere else meanwhile: it must forget all of it.
                if (count % 10 == 0) run = new Run(trial, threads);
                if (Snapshot.Load(file, ("run", run))?.Warning is { } warning) return Fail(warning);
                for (int step = stop; step < Trial.Steps; step++) run.Step();
                count++;
                if (run.Hash(Path.Combine(folder, "end")) == expected) continue;
                wrong++;
                Console.WriteLine($"{trial}, stopped after {stop}: another hash");
            }
            Console.WriteLine($"{trial,-40} {threads} threads  {count} stops  {(wrong == 0 ? expected : $"{wrong} differ")}");
            failures += wrong;
        }
        return failures;
    }

    /// <summary>Says what a snapshot that is loaded says.</summary>
    public static int Origin(string file)
    {
        Console.WriteLine(Snapshot.Verify(file).Warning ?? "The bits are the same.");
        return 0;
    }

    // Odd stops are of a run on two threads, so that their number changes in the middle of a run too.
    static void Write(Trial trial, int stops, string folder)
    {
        string path = Path.Combine(folder, trial.ToString().Replace('/', '.'));
        Directory.CreateDirectory(path);
        var (undisturbed, saved) = (new Run(trial, 1), new Run(trial, 2));
        var wanted = trial.Stops(stops).ToHashSet();
        for (int step = 0; step < Trial.Steps; step++)
        {
            if (wanted.Contains(step))
                Snapshot.Save(Path.Combine(path, $"{step:D3}.safetensors"), ("run", step % 2 == 0 ? undisturbed : saved));
            undisturbed.Step();
            saved.Step();
        }
        string hash = undisturbed.Hash(Path.Combine(folder, "end"));
        if (hash != saved.Hash(Path.Combine(folder, "end")))
            throw new InvalidOperationException($"{trial}: 1 and 2 threads give different hashes.");
        File.WriteAllLines(Path.Combine(path, "expected"), [trial.ToString(), hash]);
    }

    static int Continued(string folder, int threads, string? setting)
    {
        Console.WriteLine($"a new process, {threads} threads{(setting is null ? "" : $", {setting}")}");
        using var child = Child.Start(setting, "continue", folder, threads.ToString(CultureInfo.InvariantCulture));
        while (child.StandardOutput.ReadLine() is { } line) Console.WriteLine(line);
        child.WaitForExit();
        return child.ExitCode;
    }

    static int Fail(string what)
    {
        Console.WriteLine($"failed: {what}");
        return 1;
    }
}

/// <summary>This program once more, in a process of its own.</summary>
internal static class Child
{
    /// <param name="setting">A variable and its value, or null.</param>
    /// <param name="arguments">Of the program.</param>
    public static Process Start(string? setting, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Child).Assembly.Location, .. arguments]) { RedirectStandardOutput = true };
        if (setting?.Split('=') is [var name, var value]) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
