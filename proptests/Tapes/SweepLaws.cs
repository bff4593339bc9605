using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>
/// A sweep depends on what was recorded, and on nothing else: not on sweeps inside of it, before it, on other tapes or on other threads.
/// </summary>
public class SweepLaws
{
    [Law(200)]
    public void SweepsWithinHooksChangeNothing(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        Near.SameBits(trial.Gradients((_, _) => { }), trial.Gradients(trial.Disturb), "gradient");
    }

    [Law(200)]
    public void ARuleThatDifferentiatesGivesWhatTheFunctionGives(Draw draw)
    {
        var program = draw.Of(RandomProgram.Of);
        var rule = new DifferentiatedRule(x => Tanh(MatMul(Sigmoid(x), x)));
        Tensor[] Gradients(Func<Tensor, Tensor> function)
        {
            using var tape = new Tape();
            foreach (var input in program.Inputs) tape.Watch(input);
            var values = program.Run([.. program.Inputs.Select(input => function(input))]);
            var last = program.Run([.. values.Skip(values.Count - program.Inputs.Length).Select(function)])[^1];
            return Array.ConvertAll(tape.Gradients(Sum(last), [.. program.Inputs], record: false), gradient => gradient.Detach());
        }

        double[][] plain = Derivatives.Numbers(Gradients(rule.Function)), ruled = Derivatives.Numbers(Gradients(x => rule.Apply(x)));
        double scale = plain.SelectMany(numbers => numbers).Select(Math.Abs).Append(1).Max();
        Near.Equal(plain, ruled, program.Steps.Count * Near.Rounding(scale), "gradient");
    }

    [Law(200)]
    public void ASweepThatFailsChangesNothing(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        double[][] before = trial.Gradients((_, _) => { });
        Assert.Throws<InvalidOperationException>(() => trial.Gradients((_, _) => throw new InvalidOperationException("stop")));
        Near.SameBits(before, trial.Gradients((_, _) => { }), "gradient");
    }

    [Law(200)]
    public void CotangentsThatAHookHasSeenStayWhatTheyAre(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        var (seen, copies) = (new List<Tensor>(), new List<double[]>());
        using var tape = new Tape();
        var last = trial.Run(tape, cotangent =>
        {
            seen.AddRange([cotangent, Square(cotangent)]);
            copies.AddRange([cotangent.ToDoubles(), Square(cotangent).ToDoubles()]);
        });
        for (int i = 0; i < 2; i++) tape.Gradients([last], [Directions.Of(last.Shape)], trial.Program.Inputs);
        Near.SameBits([.. copies], Derivatives.Numbers([.. seen]), "cotangent seen");
    }

    [Law(30)]
    public void TapesOnOtherThreadsChangeNothing(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        double[][] alone = trial.Gradients((_, _) => { });
        var together = new double[4][][];
        Parallel.For(0, together.Length, i => together[i] = trial.Gradients(trial.Disturb));
        foreach (double[][] gradients in together) Near.SameBits(alone, gradients, "gradient");
    }

    /// <summary>A program with hooks on some of its values.</summary>
    sealed record Trial(RandomProgram Program, bool[] Hooks)
    {
        public static Trial Of(Draw draw)
        {
            var program = RandomProgram.Of(draw);
            return new(program,
                [.. Enumerable.Range(0, program.Steps.Count).Select(i => i == program.Steps.Count - 1 || draw.Whole(0, 2) == 0)]);
        }

        public Tensor Run(Tape tape, Action<Tensor> hook)
        {
            foreach (var input in Program.Inputs) tape.Watch(input);
            var values = new List<Tensor>(Program.Inputs);
            for (int i = 0; i < Hooks.Length; i++)
            {
                Program.Run(values, i, i + 1);
                if (Hooks[i]) values[^1] = WithGradient(values[^1], cotangent => Look(cotangent, hook));
            }
            return values[^1] + Program.Inputs[0];
        }

        /// <summary>The gradients, where hooks get the tape and another value that it has recorded.</summary>
        public double[][] Gradients(Action<Tape, Tensor> hook)
        {
            using var tape = new Tape();
            var other = Sum(Square(tape.Watch(Program.Inputs[0])));
            var last = Run(tape, _ => hook(tape, other));
            return Derivatives.Numbers(tape.Gradients([last], [Directions.Of(last.Shape)], Program.Inputs));
        }

        /// <summary>Sweeps of every kind, of which nothing may be left.</summary>
        public void Disturb(Tape tape, Tensor other)
        {
            var x = Program.Inputs[0];
            Differentiate.Gradient(y => Sum(Program.Run([y, .. Program.Inputs[1..]])[^1]), x);
            Differentiate.HessianVectorProduct(y => Sum(Tanh(y) * y), x, x);
            tape.Gradients(other, [x]);
            Checkpoint.Run(() => Differentiate.Gradient(y => Sum(Tanh(y)), x));
        }

        static Tensor Look(Tensor cotangent, Action<Tensor> hook)
        {
            hook(cotangent);
            return cotangent;
        }

        public override string ToString() => $"hooks {string.Join("", Hooks.Select(hook => hook ? 1 : 0))} of {Program}";
    }

    sealed class DifferentiatedRule(Func<Tensor, Tensor> function) : CustomOperation
    {
        public Func<Tensor, Tensor> Function => function;

        public override Tensor Value(ReadOnlySpan<Tensor> operands) => function(operands[0]);

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            Differentiate.Vjp(function, operands[0], cotangent).Product;
    }
}
