namespace Autograd.PropertyTests;

/// <summary>A driver with random parameters, a batch of sequences of some lengths, and seeds for its results.</summary>
sealed record SequenceTrial(SequenceRun Run, Tensor X, int[] Lengths, int[] Order, Tensor[] Seeds)
{
    public int Batch => Lengths.Length;

    /// <summary>1 within the sequences, 0 in the padding: <c>[time, batch, 1]</c>.</summary>
    public Tensor Mask
    {
        get
        {
            var mask = new double[X.Shape[0], Batch, 1];
            for (int t = 0; t < X.Shape[0]; t++)
                for (int b = 0; b < Batch; b++)
                    mask[t, b, 0] = t < Lengths[b] ? 1 : 0;
            return Tensor.From(mask);
        }
    }

    public static SequenceTrial Of(Draw draw, CellKind kind) => Of(draw, kind, draw.Whole(1, 4), draw.Whole(1, 4));

    public static SequenceTrial Of(Draw draw, CellKind kind, int time, int batch)
    {
        var run = kind.Run(draw, bothDirections: draw.Flag());
        var x = draw.Values([time, batch, run.Inputs], Domain.Any);
        int[] lengths = [.. draw.Indices(batch, time).Select(length => length + 1)];
        var trial = new SequenceTrial(run, x, lengths, draw.Permutation(batch), []);
        var results = trial.Module.OnTape((_, _) => Array.ConvertAll(run.Apply(x, lengths), result => result.Detach()));
        // What comes out in the padding is not judged: a cotangent there meets a constant 0.
        Tensor[] seeds = [.. results.Select((result, i) => Directions.Of(result.Shape, i))];
        seeds[0] *= trial.Mask;
        return trial with { Seeds = seeds };
    }

    /// <summary>All results, and the gradients of their products with seeds.</summary>
    public SequenceSweep Sweep(Tensor x, int[] lengths, Tensor[] seeds) => Trial(x, lengths).OnTape((tape, sources) =>
    {
        var results = Run.Apply(x, lengths);
        var gradients = tape.Gradients(results, seeds, sources);
        return new SequenceSweep(
            Array.ConvertAll(results, result => result.Detach()), gradients[0].Detach(), Derivatives.Numbers(gradients[1..]));
    });

    public double Tolerance() => Trial(X, Lengths).OnTape((tape, sources) =>
    {
        tape.Gradients(Run.Apply(X, Lengths), Seeds, sources, record: true);
        return Near.Rounding(Derivatives.Scale(tape));
    });

    public override string ToString() => $"x {X.Shape}, lengths [{string.Join(", ", Lengths)}], order [{string.Join(", ", Order)}]";

    ModuleTrial Module => Trial(X, Lengths);

    ModuleTrial Trial(Tensor x, int[] lengths) => new(Run.Module, inputs => Run.Apply(inputs[0], lengths)[0], x);
}

/// <summary>What a run of sequences gives.</summary>
sealed record SequenceSweep(Tensor[] Results, Tensor Input, double[][] Parameters)
{
    public double[][] Numbers => [.. Derivatives.Numbers([.. Results, Input]), .. Parameters];
}
