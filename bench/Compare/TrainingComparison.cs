using System.Text.Json;

namespace Autograd.Bench;

/// <summary>
/// Whole trainings of the character model, <c>examples/charlm.cs</c> against PyTorch's <c>torch_charlm.py</c> by the same protocol, in
/// turns, each with one thread: contiguous streams of 32 rows in windows of 64, embedding 64, one LSTM, Adam 3e-3, the gradient's norm
/// clipped to 5.
/// </summary>
sealed class TrainingComparison(CompareOptions options, Progress progress, CancellationToken cancel)
{
    const int Rows = 32, Window = 64;

    readonly record struct Training(double Seconds, double Nats, double Characters);

    public void Run(TextWriter writer)
    {
        var ours = new List<Training>();
        var torchs = new List<Training>();
        var torch = FindTorch(out string? missing);
        Build();
        for (int round = 1; round <= options.Rounds && !cancel.IsCancellationRequested; round++)
        {
            Train(ours, $"scan, round {round} of {options.Rounds}", OwnTraining);
            if (torch is not null) Train(torchs, $"PyTorch, round {round} of {options.Rounds}", () => TorchTraining(torch));
        }

        progress.Clear();
        Write(writer, ours, torchs);
        if (missing is not null) writer.WriteLine(missing);
    }

    string? FindTorch(out string? missing)
    {
        try
        {
            missing = null;
            return Peers.PythonWithTorch();
        }
        catch (PeerException error)
        {
            progress.Tell(missing = error.Message);
            return null;
        }
    }

    // So that no build goes on beside the first training.
    void Build()
    {
        progress.Show("building examples/charlm.cs");
        PeerProcess.RunToEnd("dotnet", ["build", "-c", "Release", Example], new Dictionary<string, string>(), cancel);
    }

    static string Example => Path.Combine(Folders.Root, "examples", "charlm.cs");

    string[] Protocol =>
        ["--hidden", $"{options.Hidden}", "--epochs", $"{(options.Quick ? 1 : options.Epochs)}", "--batch", $"{Rows}", "--steps",
        $"{Window}"];

    string OwnTraining() => PeerProcess.RunToEnd(
        "dotnet", ["run", "-c", "Release", Example, "--", "--text", options.Text!, .. Protocol, "--length", "1", "--json"],
        new Dictionary<string, string>(), cancel);

    string TorchTraining(string python) => PeerProcess.RunToEnd(
        python, [Folders.Peer("torch_charlm.py"), options.Text!, .. Protocol, "--threads", "1"], Peers.Environment(1), cancel);

    void Train(List<Training> trainings, string name, Func<string> run)
    {
        if (cancel.IsCancellationRequested) return;
        progress.Show($"training: {name}");
        try
        {
            var training = Read(run());
            // One that was stopped is none.
            if (cancel.IsCancellationRequested) return;
            trainings.Add(training);
            progress.Tell($"{name}: {training.Seconds:0.0} s, {training.Nats:0.000} nats");
        }
        catch (PeerException error) when (!cancel.IsCancellationRequested)
        {
            progress.Tell($"{name}: {error.Message}");
        }
        catch (PeerException)
        {
            // It was stopped.
        }
    }

    static Training Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        double Number(string name) => document.RootElement.GetProperty(name) is { ValueKind: JsonValueKind.Number } number
            ? number.GetDouble() : double.NaN;
        return new(Number("seconds"), Number("validation_nats"), Number("steps") * Rows * Window);
    }

    void Write(TextWriter writer, List<Training> ours, List<Training> torchs)
    {
        var table = new TextTable("LSTM", "path", "trainings", "minimum s", "median s", "characters/s", "validation nats", "time to scan");
        double scan = ours.Count == 0 ? double.NaN : ours.Min(training => training.Seconds);
        Add("scan", ours);
        Add("PyTorch", torchs);
        table.Write(writer);

        void Add(string name, List<Training> trainings)
        {
            if (trainings.Count == 0) return;
            double[] seconds = [.. trainings.Select(training => training.Seconds).Order()];
            table.Add(
                $"{options.Hidden}", name, $"{trainings.Count}", $"{seconds[0]:0.0}", $"{seconds[seconds.Length / 2]:0.0}",
                $"{trainings[0].Characters / seconds[0]:#,0}",
                $"{trainings[0].Nats:0.000}", TextTable.Times(seconds[0] / scan));
        }
    }
}
