using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>The time step under way: who begins it, what comes back, and what a step can do with it.</summary>
public class TimeStepTests : Poisoned
{
    static readonly RandomKey Key = new(5);

    [Fact]
    public void OutsideOfARecurrenceItIsStep0()
    {
        Assert.Equal(0, TimeStep.Current.Number);
        Assert.Equal(default, TimeStep.Current);
        Assert.Null(TimeStep.Capture());
        Assert.Equal("0", $"{TimeStep.Current}");
    }

    [Fact]
    public void ScopesNestAndEndWithExceptions()
    {
        using (TimeStep.Begin(3))
        {
            using (TimeStep.Begin(1)) Assert.Equal(1, TimeStep.Current.Number);
            Assert.Equal(3, TimeStep.Current.Number);
            Assert.Throws<ArithmeticException>(Fails);
            Assert.Equal(3, TimeStep.Current.Number);
        }
        Assert.Null(TimeStep.Capture());
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => TimeStep.Begin(-1)), "TimeStep", "number", "-1");

        static void Fails()
        {
            using var inner = TimeStep.Begin(8);
            throw new ArithmeticException();
        }
    }

    [Fact]
    public void AnotherThreadHasItsOwn()
    {
        using var step = TimeStep.Begin(3);
        int seen = -1;
        var thread = new Thread(() => seen = TimeStep.Current.Number);
        thread.Start();
        thread.Join();
        Assert.Equal(0, seen);
    }

    [Fact]
    public void ACapturedStepCanBeBegunAgain()
    {
        TimeStep? captured, outside = TimeStep.Capture();
        using (TimeStep.Begin(4)) captured = TimeStep.Capture();
        using (TimeStep.Begin(2))
        {
            using (TimeStep.Begin(captured)) Assert.Equal(4, TimeStep.Current.Number);
            using (TimeStep.Begin(outside)) Assert.Null(TimeStep.Capture());
            Assert.Equal(2, TimeStep.Current.Number);
        }
    }

    [Fact]
    public void ALoopByHandSetsItUntilItsEnd()
    {
        using var outer = TimeStep.Begin(7);
        using (var tape = new Tape())
        {
            for (int t = 0; t < 3; t++)
            {
                tape.BeginStep(t);
                Assert.Equal(t, TimeStep.Current.Number);
                Assert.Equal(t, tape.CurrentStep);
                using (TimeStep.Begin(9)) Assert.Equal(9, tape.CurrentStep);
                Assert.Equal(t, TimeStep.Current.Number);
                Assert.Equal(t, tape.CurrentStep);
            }
            tape.BeginStep(-1);
            Assert.Equal(7, TimeStep.Current.Number);
            tape.BeginStep(5);
        }
        Assert.Equal(7, TimeStep.Current.Number);
    }

    [Fact]
    public void AnEndedTapeIsLeftAlone()
    {
        var tape = new Tape();
        using (TimeStep.Begin(1)) tape.Dispose();
        Assert.Null(TimeStep.Capture());
    }

    [Fact]
    public void AUseOfASplitParameterGoesOnAfterInnerSteps()
    {
        var w = new Parameter("w", Tensor.From(new double[] { 2 }));
        using var tape = new Tape();
        var uses = tape.SplitByStep(w);
        using (TimeStep.Begin(0))
        {
            var before = Tape.Actual(w);
            using (TimeStep.Begin(0)) Assert.Same(before, Tape.Actual(w));
            using (TimeStep.Begin(1)) Assert.NotSame(before, Tape.Actual(w));
            Assert.Same(before, Tape.Actual(w));
        }
        Assert.Same(uses.Value, Tape.Actual(w));
        tape.BeginStep(0);
        var byHand = Tape.Actual(w);
        using (TimeStep.Begin(1)) Assert.NotSame(byHand, Tape.Actual(w));
        Assert.Same(byHand, Tape.Actual(w));
        tape.BeginStep(-1);
        Assert.Same(uses.Value, Tape.Actual(w));
    }

    [Fact]
    public void ScopesEndInOrder()
    {
        using (var outer = TimeStep.Begin(1))
        {
            using (var inner = TimeStep.Begin(2))
            {
                InvalidOperationException? error = null;
                try
                {
                    outer.Dispose();
                }
                catch (InvalidOperationException caught)
                {
                    error = caught;
                }
                Expect.Mentions(error!, "TimeStep", "has not ended");
                Assert.Equal(2, TimeStep.Current.Number);
            }
            Assert.Equal(1, TimeStep.Current.Number);
        }
        Assert.Equal(0, TimeStep.Current.Number);
    }

    [Fact]
    public void ALoopByHandEndsWithTheStepThatItWasBegunIn()
    {
        using (var tape = new Tape())
        {
            using (TimeStep.Begin(3)) tape.BeginStep(4);
            tape.BeginStep(-1);
            Assert.Equal(0, TimeStep.Current.Number);
        }
        Assert.Equal(0, TimeStep.Current.Number);
    }

    [Fact]
    public void AParameterSplitWithinAStepHasNoUseAfterIt()
    {
        var w = new Parameter("w", Tensor.From(new double[] { 2 }));
        using var tape = new Tape();
        StepUses uses;
        using (TimeStep.Begin(0))
        {
            uses = tape.SplitByStep(w);
            using (TimeStep.Begin(1)) Assert.NotSame(uses.Value, Tape.Actual(w));
        }
        Assert.Same(uses.Value, Tape.Actual(w));
    }

    [Fact]
    public void ItsTensorIsTheNumber()
    {
        using var step = TimeStep.Begin(5);
        var (single, both) = (TimeStep.Current.ToTensor(), TimeStep.Current.ToTensor(ElementType.Float64));
        Assert.Equal((ElementType.Float32, 0, 5.0), (single.ElementType, single.Rank, single.ToScalar()));
        Assert.Equal((ElementType.Float64, 0, 5.0), (both.ElementType, both.Rank, both.ToScalar()));
    }

    [Fact]
    public void AKeyOfAStepIsThatOfItsNumber()
    {
        using var step = TimeStep.Begin(5);
        Assert.Equal(Key.At(3).At(5), Key.At(3).At(TimeStep.Current));
        Assert.Equal(Key.At(5).Normal([9]).ToDoubles(), Key.At(TimeStep.Current).Normal([9]).ToDoubles());
    }

    [Fact]
    public void InATraceItStandsForAllSteps()
    {
        using var tape = Tape.BeginTrace();
        using var time = TimeStep.BeginTraced(tape);
        var step = TimeStep.Current;
        Expect.Mentions(Assert.Throws<SymbolicReadException>(() => step.Number), "number of the time step");
        Assert.Throws<SymbolicReadException>(() => step.ToString());
        var key = Key.At(2).At(step).For("noise").At(1);
        Assert.Throws<SymbolicReadException>(() => key.Uniform(0));
        Assert.Throws<SymbolicReadException>(() => key.Whole(0, 2));
        Assert.Throws<SymbolicReadException>(() => key.Step);
        Assert.Throws<SymbolicReadException>(() => key.FillNormal(new double[1]));
        // Whatever is asked for twice is there once.
        Assert.Same(step.ToTensor(), step.ToTensor());
        Assert.True(key.Normal([2]).IsSymbolic && key.Uniform([2]).IsSymbolic && DropoutMask([2], 0.5, key).IsSymbolic
            && StepMask([2], 0.5, Key).IsSymbolic);
        Assert.Equal(5, tape.StepData.Count);
        // Any other key, and a step of a loop within the step, are what they are.
        Assert.False(Key.Normal([2]).IsSymbolic);
        using (TimeStep.Begin(4)) Assert.Equal(4, TimeStep.Current.ToTensor().ToScalar());
        Assert.Equal(Key.At(2).At(6).For("noise").At(1), key.AtTraced(6));
    }

    [Fact]
    public void AStepOfAnEndedTraceIsAnError()
    {
        TimeStep stale;
        using (var tape = Tape.BeginTrace())
        using (TimeStep.BeginTraced(tape)) stale = TimeStep.Current;
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => stale.ToTensor()), "TimeStep");
    }
}
