using System.Diagnostics;
using System.Globalization;

namespace Autograd.Resume;

/// <summary>
/// The table of exact resumes: a run that is never stopped, and the same run stopped after random steps and resumed in a new process, have
/// the same hash of everything, whatever the number of threads before and after.
/// </summary>
static class Table
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
            int early = trials.Count(trial => Write(trial, stops, folder) < Trial.Steps), failures = 0;
            int saved = Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories).Count();
            foreach (var (threads, setting) in Processes) failures += Continued(folder, threads, setting);
            Console.WriteLine(
                $"{trials.Length} rows, {early} of them stopped early; {saved * Processes.Length} resumes in new processes, "
                + $"{failures} with another hash");
            if (early == 0 || early == trials.Count(trial => trial.Driver == "loop"))
                return Fail("some rows must stop early, and some not");
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
                // Into a new run, and then into the one that was somewhere else meanwhile: it must forget all of it.
                if (count % 10 == 0) run = new Run(trial, threads);
                if (Snapshot.Load(file, ("run", run))?.Warning is { } warning) return Fail(warning);
                run.To(Trial.Steps);
                count++;
                if (run.Hash(Path.Combine(folder, "end")) == expected) continue;
                wrong++;
                Console.WriteLine($"{trial}, stopped after {Path.GetFileNameWithoutExtension(file)}: another hash");
            }
            Console.WriteLine($"{trial,-44} {threads} threads  {count} stops  {(wrong == 0 ? expected : $"{wrong} differ")}");
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

    // Even stops are amid a run on one thread, odd ones between two runs on two threads: where a run is stopped and the number of threads
    // change too. Gives the number of steps, which is smaller where it was stopped early.
    static long Write(Trial trial, int stops, string folder)
    {
        string path = Path.Combine(folder, trial.ToString().Replace('/', '.'));
        Directory.CreateDirectory(path);
        var (undisturbed, saved) = (new Run(trial, 1), new Run(trial, 2));
        var wanted = trial.Stops(stops).ToHashSet();
        void Save(Run run, long step) => Snapshot.Save(Path.Combine(path, $"{step:D3}.safetensors"), ("run", run));

        if (wanted.Contains(0)) Save(undisturbed, 0);
        undisturbed.To(Trial.Steps, step =>
        {
            if (step % 2 == 0 && wanted.Contains((int)step)) Save(undisturbed, step);
        });
        foreach (int stop in wanted.Where(stop => stop % 2 == 1).Order())
        {
            saved.To(stop);
            Save(saved, stop);
        }
        saved.To(Trial.Steps);
        string hash = undisturbed.Hash(Path.Combine(folder, "end"));
        if (hash != saved.Hash(Path.Combine(folder, "end")))
            throw new InvalidOperationException($"{trial}: one run on 1 thread and several on 2 give different hashes.");
        File.WriteAllLines(Path.Combine(path, "expected"), [trial.ToString(), hash]);
        return undisturbed.Steps;
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
static class Child
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
