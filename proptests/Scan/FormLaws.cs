using System.Text.RegularExpressions;
using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>What a plan makes of a value follows from the equations, not from how many sequences, inputs or units there are.</summary>
public partial class FormLaws
{
    static readonly Func<int, int, RandomKey, Func<Tensor, string>>[] Cells =
    [
        (inputs, units, key) => x => Recurrent.Over(new RnnCell(inputs, units, key)).Explain(x),
        (inputs, units, key) => x => Recurrent.Over(new LstmCell(inputs, units, key)).Explain(x),
        (inputs, units, key) => x => Recurrent.Over(new PeepholeLstmCell(inputs, units, key)).Explain(x),
        (inputs, units, key) => x => Recurrent.Over(new GruCell(inputs, units, key)).Explain(x),
        (inputs, units, key) => x => Recurrent.Over(new GruCell(inputs, units, key, GruReset.AfterProduct)).Explain(x),
    ];

    [Law(40)]
    public void ValuesHaveTheFormsThatTheyHaveAtAnyLengths(Draw draw)
    {
        var (cell, batch, inputs, units) = draw.Of(draw => (draw.OneOf(Cells), draw.Whole(1, 3), draw.Whole(1, 4), draw.Whole(1, 4)));
        Assert.Equal(Forms(cell, 5, 7, 6), Forms(cell, batch, inputs, units));
    }

    static string[] Forms(Func<int, int, RandomKey, Func<Tensor, string>> cell, int batch, int inputs, int units)
    {
        string plan = cell(inputs, units, new RandomKey(1))(Tensor.Zeros([2, batch, inputs]));
        return [.. plan.Split('\n').Where(line => line.Contains(" = ")).Select(line => Lengths().Replace(line, ""))];
    }

    [GeneratedRegex(@"\[\d+(, \d+)*\]|\d+x\d+x\d+")]
    private static partial Regex Lengths();
}
