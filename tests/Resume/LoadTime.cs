using System.Diagnostics;
using static System.FormattableString;

namespace Autograd.Resume;

/// <summary>Times loading a snapshot beside reading the same file into memory, and counts the memory that it takes.</summary>
static class LoadTime
{
    const int Rounds = 5, PerTensor = 1 << 24;

    public static int Run(int mebibytes)
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("resume").FullName, "x.safetensors");
        try
        {
            var saved = Model(mebibytes, 1);
            Snapshot.Save(file, ("model", saved));
            var loaded = Model(mebibytes, 0);
            double[] read = new double[Rounds], load = new double[Rounds];
            long allocated = 0;
            for (int round = 0; round < Rounds; round++)
            {
                read[round] = Seconds(() => ReadAll(file));
                long before = GC.GetTotalAllocatedBytes(precise: true);
                load[round] = Seconds(() => Snapshot.Load(file, ("model", loaded)));
                allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            }
            double ratio = load.Order().ElementAt(Rounds / 2) / read.Order().ElementAt(Rounds / 2);
            Console.WriteLine(
                Invariant($"{new FileInfo(file).Length / 1048576.0:F0} MiB: reading {read.Order().ElementAt(Rounds / 2):F3} s, loading ")
                + Invariant($"{load.Order().ElementAt(Rounds / 2):F3} s, {ratio:F2} times; {allocated / 1048576.0:F1} MiB allocated"));
            return allocated > new FileInfo(file).Length + (16 << 20) ? 1 : 0;
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    static ISaved Model(int mebibytes, double value)
    {
        Parameter[] parameters =
            [.. Enumerable.Range(0, mebibytes / 64).Select(i => new Parameter($"w{i}", Tensor.Full([PerTensor], value)))];
        return SavedState.Of(state =>
        {
            foreach (var parameter in parameters) state.Add(parameter.Name, parameter);
        });
    }

    // Into memory of its own, as whoever uses it must.
    static void ReadAll(string file)
    {
        using var handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(handle);
        var parts = new List<byte[]>();
        for (long done = 0; done < length;)
        {
            byte[] part = GC.AllocateUninitializedArray<byte>((int)Math.Min(PerTensor * 4, length - done));
            for (int read = 0; read < part.Length;) read += RandomAccess.Read(handle, part.AsSpan(read), done + read);
            parts.Add(part);
            done += part.Length;
        }
        GC.KeepAlive(parts);
    }

    static double Seconds(Action action)
    {
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
