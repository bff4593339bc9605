using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>A checkpoint anywhere in a program changes nothing: not a bit of values and gradients, in any mode and at any depth.</summary>
public class SegmentLaws
{
    [Law(1500)]
    public void ACheckpointAnywhereChangesNoBit(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        var plain = Results(trial, trial.Program.Run);
        Near.SameBits(plain, Results(trial, inputs => trial.Run(inputs, passesThrough: false)), "result");
    }

    // What only passes through is added up in another order where it is the right operand of products.
    [Law(1500)]
    public void WhatPassesThroughKeepsItsGradient(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        double[][] plain = Results(trial, trial.Program.Run), segmented = Results(trial, inputs => trial.Run(inputs, passesThrough: true));
        double scale = plain.SelectMany(numbers => numbers).Select(Math.Abs).Append(1).Max();
        Near.Equal(plain, segmented, trial.Program.Steps.Count * Near.Rounding(scale), "result");
    }

    [Law(1000)]
    public void DerivativesWithinASegmentAreThoseApart(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        Tensor Penalty(Tensor x) =>
            Sum(Square(Differentiate.Gradient(y => Sum(Square(trial.Program.Run([y, .. trial.Program.Inputs[1..]])[^1])), x))) + Sum(x);
        var x = trial.Program.Inputs[0];
        Near.SameBits(
            [Differentiate.Gradient(Penalty, x).ToDoubles()],
            [Differentiate.Gradient(y => Checkpoint.Run(() => Penalty(y)), x).ToDoubles()], "gradient");
    }

    [Law(100)]
    public void ASegmentThatComputesSomethingElseIsRefused(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        using var tape = new Tape();
        var x = tape.Watch(trial.Program.Inputs[0]);
        double factor = 1;
        var y = Checkpoint.Run(() => Sum(Exp(trial.Program.Run([x, .. trial.Program.Inputs[1..]])[^1] + x * factor)));
        factor = 1.5;
        var error = Record.Exception(() => tape.Gradients(y, [x]));
        if (x.ToDoubles().All(element => element == 0)) return;
        Assert.Contains("run again", Assert.IsType<TapeException>(error).Message, StringComparison.Ordinal);
        // The tape goes on as if nothing had been.
        Near.SameBits([Derivative(x)], [tape.Gradients(Sum(Square(x)), [x])[0].ToDoubles()], "gradient afterwards");
    }

    static double[] Derivative(Tensor x) => [.. x.ToDoubles().Select(element => 2 * element)];

    static double[][] Results(Trial trial, Func<IReadOnlyList<Tensor>, List<Tensor>> run)
    {
        using var tape = new Tape();
        foreach (var input in trial.Program.Inputs) tape.Watch(input);
        var last = run(trial.Program.Inputs)[^1];
        if (tape.NumberOf(last) < 0) return [last.ToDoubles()];
        var (seed, inputs) = (Directions.Of(last.Shape), trial.Program.Inputs);
        Tensor[] tangents = [.. inputs.Select((input, i) => Directions.Of(input.Shape, i))];
        var unrecorded = tape.Gradients([last], [seed], inputs);
        var recorded = tape.Gradients([last], [seed], inputs, record: true);
        double[][] numbers =
            [last.ToDoubles(), .. Derivatives.Numbers(unrecorded), .. Derivatives.Numbers(recorded),
            .. Derivatives.Numbers(tape.Tangents([last], inputs, tangents))];
        return numbers;
    }

    sealed record Trial(RandomProgram Program, (int First, int End)[] Segments)
    {
        public static Trial Of(Draw draw)
        {
            var program = RandomProgram.Of(draw);
            var segments = new List<(int, int)>();
            for (int start = 0; start < program.Steps.Count;)
            {
                int first = draw.Whole(start, program.Steps.Count), end = draw.Whole(first, program.Steps.Count);
                if (end > first) segments.Add((first, end));
                start = Math.Max(end, start + 1);
            }
            return new(program, [.. segments]);
        }

        /// <summary>The program with some stretches of its steps as segments, every other one with a segment inside.</summary>
        public List<Tensor> Run(IReadOnlyList<Tensor> inputs, bool passesThrough)
        {
            var values = new List<Tensor>(inputs);
            int next = 0;
            for (int i = 0; i < Segments.Length; i++)
            {
                var (first, end) = Segments[i];
                Program.Run(values, next, first);
                var results = Segment([.. values], first, end, passesThrough, isNested: i % 2 == 1);
                if (passesThrough) values.Clear();
                values.AddRange(results);
                next = end;
            }
            Program.Run(values, next, Program.Steps.Count);
            return values;
        }

        Tensor[] Segment(Tensor[] before, int first, int end, bool passesThrough, bool isNested) => Checkpoint.Run(() =>
        {
            var values = new List<Tensor>(before);
            int middle = (first + end) / 2;
            if (isNested && middle > first)
            {
                values.AddRange(Segment(before, first, middle, passesThrough: false, isNested: false));
                Program.Run(values, middle, end);
            }
            else
            {
                Program.Run(values, first, end);
            }
            return passesThrough ? [.. values] : [.. values.Skip(before.Length)];
        });

        public override string ToString() =>
            $"segments {string.Join(", ", Segments.Select(segment => $"{segment.First}..{segment.End}"))} of {Program}";
    }
}
