namespace Autograd.Bench;

/// <summary>The other libraries, as far as they are installed.</summary>
sealed class Peers : IDisposable
{
    static readonly string[] Pythons = ["python3", "/usr/bin/python3"];

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("autograd-bench-");
    readonly Dictionary<string, string> environment;
    readonly List<string> missing = [];

    /// <summary>Starts what is there.</summary>
    public Peers(int threads)
    {
        environment = Environment(threads);
        Torch = StartTorch(threads);
        OneDnn = StartOneDnn();
    }

    /// <summary>What is not there, why, and how to install it.</summary>
    public IReadOnlyList<string> Missing => missing;

    public PeerProcess? Torch { get; }

    public PeerProcess? OneDnn { get; }

    /// <summary>PyTorch's own number of threads does not bind OpenBLAS.</summary>
    public static Dictionary<string, string> Environment(int threads) => new()
    {
        ["OMP_NUM_THREADS"] = $"{threads}",
        ["OPENBLAS_NUM_THREADS"] = $"{threads}",
    };

    /// <summary>Finds the first Python with PyTorch.</summary>
    /// <exception cref="PeerException">None has it.</exception>
    public static string PythonWithTorch()
    {
        PeerException? last = null;
        foreach (string python in Pythons)
            try
            {
                PeerProcess.RunToEnd(python, ["-c", "import torch"], new Dictionary<string, string>());
                return python;
            }
            catch (PeerException error)
            {
                last = error;
            }

        throw new PeerException($"PyTorch is missing ({last!.Message}): apt-get install python3-torch libopenblas0-pthread");
    }

    /// <summary>The steps of a size that the other libraries know.</summary>
    public IEnumerable<Contender> Steps(PeepholeLstmSize size)
    {
        if (OneDnn is { } oneDnn)
            foreach (string cell in (string[])["peephole", "lstm"])
                yield return new Contender(cell, $"{oneDnn.Name}, fused", oneDnn, size);
        if (Torch is not { } torch) yield break;
        yield return new Contender("peephole", $"{torch.Name}, by hand", torch, size);
        foreach (string cell in (string[])["lstm", "gru", "rnn"])
            yield return new Contender(cell, $"{torch.Name}, nn.{cell.ToUpperInvariant()}", torch, size);
    }

    public void Dispose()
    {
        Torch?.Dispose();
        OneDnn?.Dispose();
        folder.Delete(recursive: true);
    }

    PeerProcess? StartTorch(int threads) =>
        Start(() => PeerProcess.Start(PythonWithTorch(), [Folders.Peer("torch_step.py"), $"{threads}"], environment));

    PeerProcess? StartOneDnn() => Start(() =>
    {
        string program = Path.Combine(folder.FullName, "onednn_step");
        try
        {
            PeerProcess.RunToEnd("g++", ["-O2", Folders.Peer("onednn_step.cpp"), "-ldnnl", "-o", program], environment);
        }
        catch (PeerException error)
        {
            throw new PeerException($"oneDNN is missing ({error.Message}): apt-get install g++ libdnnl-dev");
        }

        return PeerProcess.Start(program, [], environment);
    });

    PeerProcess? Start(Func<PeerProcess> start)
    {
        try
        {
            return start();
        }
        catch (PeerException error)
        {
            missing.Add(error.Message);
            return null;
        }
    }
}
