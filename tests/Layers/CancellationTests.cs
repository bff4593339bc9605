using System.Reflection;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

/// <summary>Whatever takes long ends soon after it is cancelled.</summary>
public class CancellationTests
{
    static readonly RandomKey Key = new(3);

    // Numbers of arguments that say how much is to be done.
    static readonly string[] Amounts = ["steps", "washout", "iterations", "generations", "longest"];

    // Numbers that are no work, and segments that are code of the user.
    static readonly string[] Exempt = ["Snapshots.Save", "Snapshots.SaveIfDue", "RowCost.Of", "Checkpoint.Sequence"];

    /// <summary>
    /// Work that calls a tick again and again. Some work is done in few calls, before or after them; a number of calls may still come after
    /// the cancellation.
    /// </summary>
    static readonly Dictionary<string, Action<Action, CancellationToken>> Works = new()
    {
        ["Recurrent`1.Run"] = (tick, token) => Eager(tick).Run(X(), cancellation: token),
        ["Recurrent`1.Run, from a state"] = (tick, token) => Eager(tick).Run(X(), Tensor.Zeros([Batch, 3]), cancellation: token),
        ["Recurrent`1.Run, in segments"] = (tick, token) =>
        {
            using var tape = new Tape();
            var layer = Eager(tick);
            layer.MemoryBudget = 1;
            _ = layer.Run(X(), cancellation: token);
        },
        ["Recurrent`1.Run, with lengths"] = (tick, token) => Eager(tick).Run(X(), [Time, .. Enumerable.Repeat(3, Batch - 1)], token),
        ["Recurrent`1.Run, compiled"] = (tick, token) => Recurrent.Over(new Ticking(tick)).Run(X(), cancellation: token),
        ["Recurrent`1.Run, interpreted, on two threads"] = (tick, token) =>
            new Recurrent<Tensor>(new Ticking(tick)) { Execution = Execution.Interpreted, Threads = 2 }.Run(X(), cancellation: token),
        ["Recurrent`1.Probe"] = (tick, token) => Recurrent.Over(new Ticking(tick)).Probe(X(), ["h"], cancellation: token),
        ["Recurrent`3.RunParts"] = (tick, token) => Recurrent.Over(new TickingParts(tick)).RunParts((X(), X()), cancellation: token),
        ["Bidirectional`1.Run"] = (tick, token) => Bidirectional.Over(new Ticking(tick), new Ticking(tick)).Run(X(), cancellation: token),
        ["Narx.Run"] = (tick, token) =>
            new Narx(new NarxCell(2, 3, 1, 1, 1, Key, x => new Counted(tick, () => { }).Apply(Tanh(x)))).Run(X(), cancellation: token),
        ["Tape.Gradients"] = (tick, token) =>
        {
            using var tape = new Tape();
            var x = tape.Watch(X());
            var y = x;
            for (int i = 0; i < 40; i++) y = WithGradient(Tanh(y), gradient => Ticked(tick, gradient));
            _ = tape.Gradients(Sum(y), [x], cancellation: token);
        },
        ["Tape.Gradients, of a compiled run"] = (tick, token) =>
        {
            using var tape = new Tape();
            var cell = new Ticking(() => { }, backward: tick);
            _ = tape.Gradients(Sum(Recurrent.Over(cell).Run(X()).Outputs), cell.Parameters, cancellation: token);
        },
        ["Differentiate.ValueAndGradient"] = (tick, token) =>
        {
            var parameter = new Parameter("p", Tensor.From([1.0]));
            _ = Differentiate.ValueAndGradient(40, _ => Sum(Ticked(tick, parameter)), [parameter], 1, token);
        },
        ["GradientCheck.Curve"] = (tick, token) => GradientCheck.Curve(x => Tanh(Ticked(tick, x[0])), [Point(3)], cancellation: token),
        ["GradientCheckOptions.Cancellation"] = (tick, token) =>
            GradientCheck.Run(x => Tanh(Ticked(tick, x)), Point(3), new GradientCheckOptions { Cancellation = token }),
        ["GradientCheckOptions.Cancellation, many points"] = (tick, token) => GradientCheck.AtPoints(
            x => Tanh(Ticked(tick, x[0])), [[Point(3)], [Point(2)]], options: new GradientCheckOptions { Cancellation = token }),
        ["Numerical.Gradient"] = (tick, token) => Numerical.Gradient(x => Sum(Ticked(tick, x)), Point(9), token),
        ["Numerical.Jacobian"] = (tick, token) => Numerical.Jacobian(x => Ticked(tick, x), Point(9), token),
        ["Orbit.Of"] = (tick, token) => Orbit.Of(x => Ticked(tick, x), Point(1, 2), 40, token),
        ["Orbit.After"] = (tick, token) => Orbit.After(x => Ticked(tick, x), Point(1, 2), 40, token),
        ["Orbit.Period"] = (tick, token) => Orbit.Period(x => Ticked(tick, x + 1), Point(1, 2), 10, 30, cancellation: token),
        ["Orbit.Bifurcations"] = (tick, token) => Orbit.Bifurcations((r, x) => Ticked(tick, x), Point(4), 0.5, 20, 20, token),
        ["LyapunovExponents.Largest"] = (tick, token) => LyapunovExponents.Largest(x => Ticked(tick, 0.9 * x), Point(2), 40, 20, token),
        ["LyapunovExponents.LargestOfEach"] = (tick, token) =>
            LyapunovExponents.LargestOfEach(x => Ticked(tick, 0.9 * x), Point(3, 2), 40, 20, token),
        ["LyapunovExponents.Spectrum"] = (tick, token) =>
            LyapunovExponents.Spectrum(x => Ticked(tick, 0.9 * x), Point(2), 40, 20, cancellation: token),
        ["LyapunovExponents.Spectrum, of a cell"] = (tick, token) =>
            LyapunovExponents.Spectrum(new Ticking(tick), Point(60, 2), 20, cancellation: token),
        ["FixedPoints.Find"] = (tick, token) => FixedPoints.Find(x => Ticked(tick, Cos(x)), Point(2), cancellation: token),
        ["FixedPoints.FindAll"] = (tick, token) => FixedPoints.FindAll(x => Ticked(tick, Cos(x)), Point(5, 2), cancellation: token),
        ["HopfieldNetwork.Recall"] = (_, token) =>
            new HopfieldNetwork(Tensor.From(new double[,] { { 1, -1, 1, -1 } })).Recall(Tensor.From([1.0, 1, 1, -1]), Key, token),
        ["ReservoirNetwork`1.Fit"] = (tick, token) => Reservoir(tick).Fit(X(2), Targets(), 3, 0.1, token),
        ["ReservoirNetwork`1.Follow"] = (tick, token) => Reservoir(tick).Follow(X(2), Targets(), cancellation: token),
        ["ReservoirNetwork`1.Run"] = (tick, token) => Reservoir(tick).Run(X(2), cancellation: token),
        ["ReservoirNetwork`1.Harvest"] = (tick, token) => Reservoir(tick).Harvest(X(2), Targets(), cancellation: token),
        ["ReservoirNetwork`1.LearnOnline"] = (tick, token) => Reservoir(tick).LearnOnline(X(2), Targets(), 0.1, cancellation: token),
        ["ReservoirNetwork`1.Fit, with lengths"] = (tick, token) =>
            Reservoir(tick).Fit(X(2), Targets(), 3, 0.1, [Time, .. Enumerable.Repeat(30, Batch - 1)], token),
        ["SequenceMask.Run"] = (tick, token) =>
            SequenceMask.OfLengths(Time, [Time, .. Enumerable.Repeat(3, Batch - 1)], padsLeft: true).Run(Eager(tick), X(), token),
        ["FractalPredictionMachine.Fit"] = (_, token) => FractalPredictionMachine.Fit([0, 1, 1, 0, 1, 0], 2, 2, Key, cancellation: token),
        ["MemoryCapacity.Measure"] = (tick, token) => MemoryCapacity.Measure(new Ticking(tick, 1), Key, 3, 20, 5, cancellation: token),
        ["Gate.Of"] = (tick, token) => Gate.Of(new Ticking(tick), X(), cancellation: token),
        ["GradientFlow.ThroughTime"] = (tick, token) => GradientFlow.ThroughTime(new Ticking(tick), Point(40, 2), cancellation: token),
        ["GradientFlow.LogThroughTime"] = (tick, token) =>
            GradientFlow.LogThroughTime(new Ticking(tick), Point(40, 2), cancellation: token),
        ["GradientFlow.OfLoss"] = (tick, token) => GradientFlow.OfLoss(new Ticking(tick), X(), y => Sum(y), cancellation: token),
        ["StepJacobian.OfSteps"] = (tick, token) => StepJacobian.OfSteps(new Ticking(tick), Point(40, 2), cancellation: token),
        ["BackPropagation`1.ThroughTime"] = (tick, token) =>
            BackPropagation.Through(new Ticking(tick)).ThroughTime(X(), y => Sum(y), cancellation: token),
        ["BackPropagation`1.ThroughTime, from a state"] = (tick, token) =>
            BackPropagation.Through(new Ticking(tick)).ThroughTime(X(), Tensor.Zeros([Batch, 3]), y => Sum(y), cancellation: token),
        ["BackPropagation`1.InChunks"] = (tick, token) =>
            BackPropagation.Through(new Ticking(tick)).InChunks(X(), 7, (y, _) => Sum(y), cancellation: token),
        ["BackPropagation`1.Truncated"] = (tick, token) =>
            BackPropagation.Through(new Ticking(tick)).Truncated(X(), 4, 7, (y, _) => Sum(y), cancellation: token),
        ["BackPropagation`1.Truncated, from a state"] = (tick, token) => BackPropagation.Through(new Ticking(tick))
            .Truncated(X(), Tensor.Zeros([Batch, 3]), 4, 7, (y, _) => Sum(y), cancellation: token),
        ["ForwardLearning`1.Run"] = (tick, token) => RealTimeLearning.Of(new Ticking(tick)).Run(X(), (y, _) => Sum(y), cancellation: token),
        ["Decoder`1.Generate"] = (tick, token) => Decoder(tick).Generate([[1]], 40, Sampler.Greedy, Key, cancellation: token),
        ["Decoder`1.Generate, from a state"] = (tick, token) =>
            Decoder(tick).Generate([[1]], Tensor.Zeros([1, 3]), 40, Sampler.Greedy, Key, cancellation: token),
        ["Decoder`1.Beam"] = (tick, token) => Decoder(tick).Beam([[1]], 2, 40, cancellation: token),
        ["Decoder`1.Beam, from a state"] = (tick, token) => Decoder(tick).Beam([[1]], Tensor.Zeros([1, 3]), 2, 40, cancellation: token),
        ["CtcDecoding.PrefixBeam"] = (_, token) => CtcDecoding.PrefixBeam(X(), 2, cancellation: token),
        ["TrainingLoop.Run"] = (tick, token) =>
        {
            var parameter = new Parameter("p", Tensor.From([1.0]));
            var loop = new TrainingLoop(new Sgd([parameter], 0.1), _ => Sum(Ticked(tick, parameter)));
            if (loop.Run(40, cancellation: token).End == TrainingEnd.Cancelled) throw new OperationCanceledException(token);
        },
        ["LBfgs.Minimize"] = (tick, token) =>
        {
            var parameter = new Parameter("p", Tensor.From([1.0, 3.0]));
            var result = new LBfgs([parameter]).Minimize(() => Sum(Cos(Ticked(tick, parameter * Tensor.From([1.0, 9.0])))), 40, token);
            if (result.End == LBfgsEnd.Cancelled) throw new OperationCanceledException(token);
        },
        ["GeneticAlgorithm.Minimize"] = (tick, token) =>
        {
            var parameter = new Parameter("p", Tensor.From([1.0, 3.0]));
            var search = new GeneticAlgorithm([parameter], Key) { Population = 4 };
            if (search.Minimize(() => Sum(Ticked(tick, parameter)).ToScalar(), 9, null, token).WasCancelled)
                throw new OperationCanceledException(token);
        },
        ["SimulatedAnnealing.Minimize"] = (tick, token) =>
        {
            var parameter = new Parameter("p", Tensor.From([1.0, 3.0]));
            var search = new SimulatedAnnealing([parameter], Key);
            if (search.Minimize(() => Sum(Ticked(tick, parameter)).ToScalar(), 40, null, token).WasCancelled)
                throw new OperationCanceledException(token);
        },
        ["Sweep`1.Run"] = (tick, token) =>
        {
            if (!Sweep(tick).Run(cancellation: token).IsComplete) throw new OperationCanceledException(token);
        },
        ["IRunExchange.Exchange"] = (tick, token) =>
        {
            var shared = Sweep(tick, new Autograd.Distributed.SharedRuns(Autograd.Distributed.LocalJob.Alone()));
            if (!shared.Run(cancellation: token).IsComplete) throw new OperationCanceledException(token);
        },
        ["Sweep`1.RunAlone"] = (tick, token) =>
        {
            if (double.IsNaN(Sweep(tick).RunAlone("one", 0, token))) throw new OperationCanceledException(token);
        },
    };

    // Runs of ten steps, which end early as a training loop does.
    static Sweep<int> Sweep(Action tick, IRunExchange? together = null) => new([("one", 1), ("two", 2)], 6, run =>
    {
        for (int i = 0; i < 10; i++)
        {
            if (run.Cancellation.IsCancellationRequested) return double.NaN;
            tick();
        }
        return run.Seed;
    })
    { Threads = 1, Together = together };

    public static TheoryData<string> Names => [.. Works.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void EndsSoonAfterTheCancellation(string name)
    {
        int ticks = 0;
        Works[name](() => Interlocked.Increment(ref ticks), default);
        for (int stop = 0; stop <= ticks; stop += Math.Max(ticks / 3, 1))
        {
            using var source = new CancellationTokenSource();
            int count = 0, after = 0;
            if (stop == 0) source.Cancel();
            Action run = () => Works[name](
                () =>
                {
                    if (source.IsCancellationRequested) Interlocked.Increment(ref after);
                    if (Interlocked.Increment(ref count) == stop) source.Cancel();
                },
                source.Token);
            // In the last call it may be done all the same.
            if (stop < ticks || ticks == 0) Assert.ThrowsAny<OperationCanceledException>(run);
            Assert.True(after <= MostAfter(name), $"{name}: {after} of {ticks} calls came after the cancellation in call {stop}.");
        }
    }

    static readonly string[] Chunked = ["compiled", "interpreted", "Probe", "Bidirectional", "Narx", "RunParts", "ReservoirNetwork`1.Run"];

    const int Chunk = 64, Time = 200, Batch = 16;

    // Compiled, a chunk of steps is one piece of work.
    static int MostAfter(string name) => Chunked.Any(name.Contains) ? Chunk : 3;

    [Fact]
    public void EveryTokenIsTested()
    {
        var tested = Works.Keys.Select(name => name.Split(',')[0]).ToHashSet();
        var taking = PublicMethods()
            .Where(method => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(CancellationToken)));
        Assert.True(taking.Select(NameOf).All(tested.Contains),
            string.Join(", ", taking.Select(NameOf).Where(name => !tested.Contains(name))));
    }

    [Fact]
    public void WhatTakesLongTakesAToken()
    {
        var longWork = PublicMethods().Where(method => method.GetParameters().Any(IsAmount));
        string[] without =
        [
            .. longWork.Where(method => method.GetParameters().All(parameter => parameter.ParameterType != typeof(CancellationToken)))
                .Select(NameOf).Distinct().Where(name => !Exempt.Contains(name)),
        ];
        Assert.True(without.Length == 0, string.Join(", ", without));

        static bool IsAmount(ParameterInfo parameter) =>
            (parameter.ParameterType == typeof(int) || parameter.ParameterType == typeof(long)) && Amounts.Contains(parameter.Name);
    }

    // What was cancelled can be done again, on the same tape.
    [Fact]
    public void ATapeIsUsableAfterACancelledSweep()
    {
        var cell = new GruCell(2, 3, Key);
        using var tape = new Tape();
        var loss = Sum(Recurrent.Over(cell).Run(X()).Outputs);
        var expected = tape.Gradients(loss, cell.Parameters);
        Assert.ThrowsAny<OperationCanceledException>(() => tape.Gradients(loss, cell.Parameters, cancellation: new(true)));
        var again = tape.Gradients(loss, cell.Parameters);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i].ToDoubles(), again[i].ToDoubles());
    }

    static IEnumerable<MethodInfo> PublicMethods() =>
        new[] { typeof(Tape), typeof(GruCell), typeof(Optimizer) }.SelectMany(type => type.Assembly.GetExportedTypes())
            .SelectMany(type =>
                type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName && method.DeclaringType!.Name != "ScanCompiler");

    static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    static Tensor X(int inputs = 2) => Key.For("x").Normal([Time, Batch, inputs]);

    static Tensor Targets() => Key.For("targets").Normal([Time, Batch, 1]);

    static Tensor Point(params int[] shape) => Key.For("point").Normal(Shape.Create(shape), type: ElementType.Float64);

    static Tensor Ticked(Action tick, Tensor x)
    {
        tick();
        return x;
    }

    static Recurrent<Tensor> Eager(Action tick) => new(new Ticking(tick)) { Execution = Execution.Eager };

    static ReservoirNetwork<Tensor> Reservoir(Action tick) => new(new Ticking(tick), 2, 3, 1);

    static Decoder<Tensor> Decoder(Action tick) =>
        new(new Ticking(tick), symbols => Tensor.Ones([symbols.Length, 2]), y => Slice(y, 1, 0, 2));

    /// <summary>Calls ticks at each step that is computed, compiled or not, forward and backward.</summary>
    sealed class Ticking : Cell<Tensor>
    {
        readonly Counted counted;
        readonly Parameter W, R;

        public Ticking(Action forward, int inputs = 2, Action? backward = null)
            : base(Key, 3)
        {
            counted = new(forward, backward ?? (() => { }));
            Weight(out W, inputs, 3);
            Weight(out R, 3, 3);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = counted.Apply(Tanh(MatMul(x, W.As(x.ElementType)) + MatMul(state, R.As(x.ElementType))));
            Probe("h", next);
            return (next, next);
        }
    }

    sealed class TickingParts(Action tick) : Cell<(Tensor A, Tensor B), Tensor, Tensor>(Key, [[2], [2]], 2)
    {
        readonly Counted counted = new(tick, () => { });

        public override (Tensor Output, Tensor Next) StepParts((Tensor A, Tensor B) x, Tensor state)
        {
            var next = counted.Apply(Tanh(x.A + x.B + state));
            return (next, next);
        }
    }

    /// <summary>y = x.</summary>
    sealed class Counted(Action forward, Action backward) : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands)
        {
            forward();
            return operands[0] * 1;
        }

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent)
        {
            backward();
            return cotangent;
        }

        public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => tangents[0];
    }
}
