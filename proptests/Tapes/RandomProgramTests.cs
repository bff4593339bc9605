namespace Autograd.PropertyTests;

/// <summary>
/// Sweeps over random programs: sharing memory between cotangents, adding in place and deferring products must never show.
/// </summary>
public class RandomProgramTests
{
    [Law(400)]
    public void EverySweepGivesTheSameGradientsOfEveryValue(Draw draw)
    {
        var program = draw.Of(RandomProgram.Of);
        using var tape = new Tape();
        foreach (var input in program.Inputs) tape.Watch(input);
        Tensor[] values = [.. program.Run(program.Inputs)];
        Tensor[] seeds = [.. values.Select((value, i) => Directions.Of(value.Shape, i))];
        double[][] unrecorded = Derivatives.Numbers(tape.Gradients(values, seeds, values));
        double[][] recorded = Derivatives.Numbers(tape.Gradients(values, seeds, values, record: true));
        double tolerance = Near.Rounding(Derivatives.Scale(tape));
        Near.Equal(recorded, unrecorded, tolerance, "gradient of value");
        Near.SameBits(unrecorded, Derivatives.Numbers(tape.Gradients(values, seeds, values)), "gradient, asked for again, of value");
        double[][] onlyInputs = Derivatives.Numbers(tape.Gradients(values, seeds, program.Inputs));
        Near.Equal(recorded[..program.Inputs.Length], onlyInputs, tolerance, "gradient of input");
    }

    // With one output and few sources, cotangents are shared, moved and added in place as they are in training.
    [Law(1000)]
    public void TheLastValueHasTheSameGradientsBySweepsOfBothKinds(Draw draw)
    {
        var program = draw.Of(RandomProgram.Of);
        using var tape = new Tape();
        foreach (var input in program.Inputs) tape.Watch(input);
        var last = program.Run(program.Inputs)[^1];
        double[][] unrecorded = Derivatives.Numbers(tape.Gradients([last], [Directions.Of(last.Shape)], program.Inputs));
        double[][] recorded = Derivatives.Numbers(tape.Gradients([last], [Directions.Of(last.Shape)], program.Inputs, record: true));
        Near.Equal(recorded, unrecorded, Near.Rounding(Derivatives.Scale(tape)), "gradient of input");
        Near.SameBits(
            unrecorded, Derivatives.Numbers(tape.Gradients([last], [Directions.Of(last.Shape)], program.Inputs)),
            "gradient, asked for again, of input");
    }

    [Law(200)]
    public void SeedsAndResultsAreLeftAsTheyAre(Draw draw)
    {
        var program = draw.Of(RandomProgram.Of);
        using var tape = new Tape();
        foreach (var input in program.Inputs) tape.Watch(input);
        Tensor[] values = [.. program.Run(program.Inputs)];
        double[][] before = Derivatives.Numbers(values);
        Tensor[] seeds = [.. values.Select((value, i) => Directions.Of(value.Shape, i))];
        var first = tape.Gradients(values, seeds, values);
        double[][] kept = Derivatives.Numbers(first);
        // Results of one sweep may be seeds of the next.
        tape.Gradients(values, first, values);
        Near.SameBits(before, Derivatives.Numbers(values), "value");
        Near.SameBits(kept, Derivatives.Numbers(first), "result of the first sweep");
        Near.SameBits([.. values.Select((value, i) => Directions.Of(value.Shape, i).ToDoubles())], Derivatives.Numbers(seeds), "seed");
    }

    [Law(30)]
    public void GradientsAgreeWithDifferencesToSecondOrder(Draw draw)
    {
        var program = draw.Of(RandomProgram.Of);
        GradientCheck.Run(x => Functions.Concatenate(0, [.. program.Run(x)]), program.Inputs).ThrowIfFailed();
    }

    [Law(1000)]
    public void BothOrdersOfModesGiveTheSameHessianProduct(Draw draw)
    {
        var program = draw.Of(RandomProgram.Of);
        MixedModes.Agree(x => program.Run([.. x])[^1], program.Inputs);
    }

    // Every value is a source, so tangents arrive along the program and are also given on the way.
    [Law(200)]
    public void ForwardModeIsTheAdjointOfReverseMode(Draw draw)
    {
        var program = draw.Of(RandomProgram.Of);
        using var tape = new Tape();
        foreach (var input in program.Inputs) tape.Watch(input);
        Tensor[] values = [.. program.Run(program.Inputs)];
        Tensor[] u = [.. values.Select((value, i) => Directions.Of(value.Shape, i))];
        Tensor[] v = [.. values.Select((value, i) => Directions.Of(value.Shape, -1 - i))];
        double forward = Dot(tape.Tangents(values, values, v), u), reverse = Dot(tape.Gradients(values, u, values), v);
        tape.Gradients(values, u, values, record: true);
        Near.Equal([forward], [reverse], values.Length * Near.Rounding(Derivatives.Scale(tape)), "⟨Jᵀu, v⟩ instead of ⟨u, Jv⟩");
    }

    static double Dot(Tensor[] left, Tensor[] right) => left.Zip(right, (a, b) => Functions.Sum(a * b).ToScalar()).Sum();
}
