using Autograd.Onnx;

namespace Autograd.Interop;

/// <summary>Every cell as one <c>Scan</c>, in ONNX Runtime against the layer: outputs and final states, of given states.</summary>
public class CellTests
{
    static readonly (int Time, int Batch)[] Sizes = [(7, 3), (11, 1), (1, 4), (40, 2)];

    public static TheoryData<string> Names => CellTable.Names;

    [Theory, MemberData(nameof(Names))]
    public void ACellIsOneScan(string name) => Check(CellTable.Named(name), hasLengths: false, new());

    [Theory, MemberData(nameof(Names))]
    public void ACellWithLengths(string name) => Check(CellTable.Named(name), hasLengths: true, new() { Hoists = false });

    internal static void Check(ExportedCell cell, bool hasLengths, OnnxOptions options)
    {
        var model = cell.Export(hasLengths, options);
        using var runtime = new Runtime(model.ToArray());
        foreach (var (time, batch) in Sizes)
        {
            int[] lengths = hasLengths ? [.. Enumerable.Range(0, batch).Select(i => 1 + new RandomKey(5).At(time).Whole((uint)i, time))]
                : [];
            var (inputs, expected) = cell.Run(time, batch, lengths);
            var actual = runtime.Run(inputs);
            Assert.Equal(expected.Select(output => output.Name), model.Outputs);
            for (int i = 0; i < actual.Length; i++)
                Agree.Within(expected[i].Value, actual[i],
                    FormattableString.Invariant($"{cell.Name}, {expected[i].Name} of ({time}, {batch})"));
        }
    }
}
