using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Autograd.PropertyTests;

/// <summary>
/// Runs a law over random trials with FsCheck. The seed is fixed, so a failure comes back on every run; its message shows the trial, with the number
/// from which <see cref="Draw"/> makes it again.
/// </summary>
internal static class Law
{
    const ulong Seed = 20020801;

    /// <summary>Draws trials, from small to large, and asserts the law for each. Returned buffers are poisoned meanwhile.</summary>
    public static void Holds<T>(int trials, Func<Draw, T> draw, Action<T> law)
    {
        var generator = Gen.Sized(size => Gen.Choose(0, int.MaxValue).Select(seed => Draw(new Draw(seed, size), draw)));
        var property = Prop.ForAll(generator.ToArbitrary(), trial => Poisoned(() => law(trial.Value)));
        var replay = new Replay(new Rnd(Seed), FSharpOption<int>.None);
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(trials).WithReplay(FSharpOption<Replay>.Some(replay)), property);
    }

    static (Draw Source, T Value) Draw<T>(Draw source, Func<Draw, T> draw) => (source, draw(source));

    static void Poisoned(Action law)
    {
        BufferPoison.IsOn = true;
        try
        {
            law();
        }
        finally
        {
            BufferPoison.IsOn = false;
        }
    }
}
