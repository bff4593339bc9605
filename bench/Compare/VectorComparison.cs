namespace Autograd.Bench;

/// <summary>
/// The compiled and the hand-written step with narrower vectors, each width in a process of its own, against the most that the matrix product reaches at that
/// width. The rate counts the products' operations alone.
/// </summary>
internal sealed class VectorComparison(CompareOptions options, Progress progress, CancellationToken cancel)
{
    static readonly (string Name, string? Switch)[] Widths = [("all", null), ("no AVX-512", "DOTNET_EnableAVX512"), ("no AVX2", "DOTNET_EnableAVX2")];

    readonly TextTable table = new(
        "vectors", "bits", "agrees", "T, batch, inputs, hidden", "scan ms", "scan GFLOP/s", "product GFLOP/s", "scan to product's peak", "scan to hand-written");

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
        bool agrees = Child.Succeeds(environment, "verify");
        using var child = Child.Start(environment, "serve");
        var all = CompareOptions.Sizes.Select(size => Measure(name, child, size)).ToArray();
        double peak = all.Max(times => 1e-6 * ProductOperations(times.Size) / times.Product.Minimum);
        foreach (var (size, scan, hand, product) in all.Where(times => times.Scan.Count > 0))
        {
            double rate = 1e-6 * Operations(size) / scan.Minimum;
            table.Add(
                name, child.Name, agrees ? "yes" : "NO", StepComparisonTable.SizeText(size), TextTable.Number(scan.Minimum), $"{rate:0}",
                $"{1e-6 * ProductOperations(size) / product.Minimum:0}", TextTable.Times(peak / rate), TextTable.Times(scan.Minimum / hand.Minimum));
        }
    }

    (PeepholeLstmSize Size, Times Scan, Times Hand, Times Product) Measure(string name, PeerProcess child, PeepholeLstmSize size)
    {
        var all = new Contest(options, progress, cancel).Run(
            $"{name}, {StepComparisonTable.SizeText(size)}",
            ((string[])["peephole", "hand", "product"]).Select(asked => new PeerStep("peephole", asked, child, size, asked)));
        return (size, all[0], all[1], all[2]);
    }

    // Both products forward, both weights' gradients, and the gradient of the state; none of the input.
    static double Operations(PeepholeLstmSize size) => 2.0 * size.Rows * 4 * size.Hidden * (2 * size.Inputs + 3 * size.Hidden);

    static double ProductOperations(PeepholeLstmSize size) => 2.0 * size.Rows * size.Hidden * 4 * size.Hidden;
}
