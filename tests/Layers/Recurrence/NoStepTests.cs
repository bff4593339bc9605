using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>
/// Sequences without any step: refused by a typed error that names the driver, wherever lengths are taken, and nothing else; what takes
/// them is <see cref="SequenceMask"/>.
/// </summary>
public class NoStepTests
{
    static readonly RandomKey Key = new(4);
    static readonly Tensor Input = Key.Normal([4, 2, 3]);
    static readonly Tensor NoTime = Tensor.Zeros([0, 2, 3]);
    static readonly RnnCell Cell = new(3, 3, Key);

    public static TheoryData<string> Names => [.. All.Keys];

    static Dictionary<string, Func<Tensor, int[], object?>> All => new()
    {
        ["Recurrent"] = (x, lengths) => Recurrent.Over(Cell).Run(x, lengths),
        ["Probe"] = (x, lengths) => Recurrent.Over(Cell).Probe(x, [], lengths),
        ["Bidirectional"] = (x, lengths) => Bidirectional.Over(Cell, new RnnCell(3, 3, Key.For("backward"))).Run(x, lengths),
        ["BatchFirst"] = (x, lengths) => new BatchFirst(Recurrent.Over(Cell)).Forward(Permute(x, 1, 0, 2), lengths),
        ["Explain"] = (x, lengths) => Recurrent.Over(Cell).Explain(x, lengths),
        ["Fit"] = (x, lengths) =>
        {
            var network = ReservoirNetwork.EchoState(3, 8, 1, Key);
            network.Fit(x, Tensor.Zeros([x.Shape[0], 2, 1], ElementType.Float64), 0, 1e-3, lengths);
            return network;
        },
        ["Ctc"] = (x, lengths) => Ctc.NegativeLogLikelihood(x, [[1], [2]], lengths),
        ["BestPath"] = (x, lengths) => CtcDecoding.BestPath(x, lengths),
        ["PrefixBeam"] = (x, lengths) => CtcDecoding.PrefixBeam(x, 3, lengths),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void ALengthOf0IsRefused(string name)
    {
        var run = All[name];
        Assert.NotNull(run(Input, [4, 1]));
        var error = Assert.Throws<ShapeException>(() => run(Input, [4, 0]));
        Assert.Contains("length 0 of sequence 1 must be from 1 to 4", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ATimeAxisOf0IsRefused(string name) => Assert.Throws<ShapeException>(() => All[name](NoTime, []));
}
