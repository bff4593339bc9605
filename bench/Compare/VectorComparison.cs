namespace Autograd.Bench;

/// <summary>
/// The compiled and the hand-written step with narrower vectors, each width in a process of its own, against the most that the matrix
/// product reaches at that width. The rate counts the products' operations alone.
/// </summary>
sealed class VectorComparison(CompareOptions options, Progress progress, CancellationToken cancel)
{
    static readonly (string Name, string? Switch)[] Widths =
        [("all", null), ("no AVX-512", "DOTNET_EnableAVX512"), ("no AVX2", "DOTNET_EnableAVX2")];

    readonly TextTable table = new(
        "vectors", "bits", "agrees", "T, batch, inputs, hidden", "scan ms", "scan GFLOP/s", "product GFLOP/s", "scan to product's peak",
        "scan to hand-written");

    public void Run(TextWriter writer)
    {
        foreach (var (name, variable) in Widths.TakeWhile(_ => !cancel.IsCancellationRequested)) Run(name, variable);
        progress.Clear();
        table.Write(writer);
    }

    void Run(string name, string? variable)
    {
        var environment = variable is null ? new Dictionary<string, string>() : new() { [variable] = "0" };
        progress.Show($"{name}: verifying");
        string agrees = Child.Succeeds(environment, "verify") ? "yes" : "NO";
        using PeerProcess scan = Serve("scan"), hand = Serve("hand"), product = Serve("product");
        Times[][] all = [.. CompareOptions.Sizes.Select(size => Measure(name, size, scan, hand, product))];
        double peak = all.Max(times => Rate(times[2], ProductOperations));
        foreach (var times in all.Where(times => times.Length == 3 && times[0].Count > 0))
        {
            double rate = Rate(times[0], Operations);
            table.Add(
                name, scan.Name, agrees, StepComparisonTable.SizeText(times[0].Contender.Size), TextTable.Number(times[0].Minimum),
                $"{rate:0}",
                $"{Rate(times[2], ProductOperations):0}", TextTable.Times(peak / rate),
                TextTable.Times(times[0].Minimum / times[1].Minimum));
        }

        PeerProcess Serve(string path) => Child.Serve(path, environment: environment);
    }

    Times[] Measure(string name, PeepholeLstmSize size, params PeerProcess[] processes) =>
        [.. new Contest(options, progress, cancel).Run(
            $"{name}, {StepComparisonTable.SizeText(size)}",
                processes.Zip(["scan", "hand-written", "product"], (process, path) => new Contender("peephole", path, process, size)))];

    static double Rate(Times times, Func<PeepholeLstmSize, double> operations) => 1e-6 * operations(times.Contender.Size) / times.Minimum;

    // Both products forward, both weights' gradients, and the gradient of the state; none of the input.
    static double Operations(PeepholeLstmSize size) => 2.0 * size.Rows * 4 * size.Hidden * (2 * size.Inputs + 3 * size.Hidden);

    static double ProductOperations(PeepholeLstmSize size) => 2.0 * size.Rows * size.Hidden * 4 * size.Hidden;
}
