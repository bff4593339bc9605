using System.Diagnostics;
using System.Globalization;

namespace Autograd.Resume;

/// <summary>
/// A process that does nothing but save is killed at random moments, without a chance to clean up. What it said it had saved, or something
/// newer, is there each time and whole.
/// </summary>
static class Kill
{
    const int Numbers = 1 << 20;

    public static int Run(int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("resume").FullName;
        int amid = 0;
        long newest = 0;
        try
        {
            for (int round = 0; round < rounds; round++)
            {
                newest = Math.Max(newest, Saved(folder, new RandomKey(3).Whole((uint)round, 60)));
                if (Directory.EnumerateFiles(folder, "*.saving", SearchOption.AllDirectories).Any()) amid++;
                var (alone, kept) = (new Thing(), new Thing());
                Snapshot.Load(Path.Combine(folder, "one.safetensors"), ("", alone));
                var file = new SnapshotFolder(Path.Combine(folder, "many"), last: 2).Load(("", kept));
                if (alone.Step < newest || file is null || kept.Step < newest - 1)
                    throw new InvalidOperationException($"Round {round}: {newest} was saved; {alone.Step} and {kept.Step} are there.");
                alone.ThrowIfMixed();
                kept.ThrowIfMixed();
                newest = Math.Max(newest, alone.Step);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        Console.WriteLine(
            $"{rounds} processes killed, {amid} of them amid a file, after {newest} snapshots; the newest was whole each time");
        return 0;
    }

    public static int SaveForEver(string folder)
    {
        var thing = new Thing();
        string file = Path.Combine(folder, "one.safetensors");
        if (File.Exists(file)) Snapshot.Load(file, ("", thing));
        var many = new SnapshotFolder(Path.Combine(folder, "many"), last: 2);
        while (true)
        {
            thing.Advance();
            Snapshot.Save(file, ("", thing));
            many.Save(thing.Step, -thing.Step, ("", thing));
            Console.WriteLine(thing.Step);
        }
    }

    // The last number that it said.
    static long Saved(string folder, int milliseconds)
    {
        using var child = Child.Start(null, "save", folder);
        long last = 0;
        var begun = new TaskCompletionSource();
        child.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            last = long.Parse(line.Data, CultureInfo.InvariantCulture);
            begun.TrySetResult();
        };
        child.BeginOutputReadLine();
        begun.Task.Wait();
        Thread.Sleep(milliseconds);
        child.Kill();
        child.WaitForExit();
        return last;
    }

    /// <summary>A number, many times.</summary>
    sealed class Thing : ISaved
    {
        Tensor values = Tensor.Zeros([Numbers]);

        public long Step { get; private set; }

        public void Advance()
        {
            Step++;
            values = Tensor.Full([Numbers], Step);
        }

        public void Describe(SavedState state)
        {
            state.Add("step", () => Step, value => Step = value);
            state.Add("values", () => values, value => values = value);
        }

        public void ThrowIfMixed()
        {
            if (values.ToDoubles().Any(value => value != Step))
                throw new InvalidOperationException($"Step {Step} holds numbers of others.");
        }
    }
}
