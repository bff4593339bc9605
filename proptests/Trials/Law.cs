using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.FSharp.Core;

namespace Autograd.PropertyTests;

/// <summary>
/// A law over random trials: a property of FsCheck whose trials grow, and shrink once it fails. The seed is fixed, so a failure comes back
/// on every run, unless the environment gives another: <c>LAW_SEED=7 dotnet test proptests</c>; see <c>.ci/explore</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LawAttribute : PropertyAttribute
{
    /// <summary>How many trials are drawn.</summary>
    public LawAttribute(int trials)
    {
        MaxTest = Law.Times(trials);
        Arbitrary = [typeof(Draws)];
        Replay = Law.Replay;
        QuietOnSuccess = true;
    }
}

/// <summary>Trials for FsCheck.</summary>
public static class Draws
{
    /// <summary>Trials that grow with FsCheck's size, and become simpler.</summary>
    public static Arbitrary<Draw> Draw() =>
        Arb.From(Gen.Sized(size => Gen.Choose(0, int.MaxValue).Select(seed => new Draw(seed, size))), draw => draw.Simpler());
}

/// <summary>Laws of single cases, such as one operation of a table: FsCheck fills every parameter of a property itself.</summary>
static class Law
{
    const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>The seed of all laws.</summary>
    public static ulong Seed { get; } =
        ulong.TryParse(Environment.GetEnvironmentVariable("LAW_SEED"), CultureInfo.InvariantCulture, out ulong seed) ? seed : 20020801;

    public static string Replay { get; } = FormattableString.Invariant($"({Seed},{Gamma})");

    /// <summary>
    /// A number of trials, or, where the environment says so, a multiple or a part of it: <c>LAW_TIMES=50</c>, <c>LAW_TIMES=0.1</c>.
    /// </summary>
    public static int Times(int trials) =>
        double.TryParse(Environment.GetEnvironmentVariable("LAW_TIMES"), CultureInfo.InvariantCulture, out double times)
            ? Math.Max(1, (int)(trials * times)) : trials;

    /// <summary>Draws trials, from small to large, and asserts the law for each.</summary>
    public static void Holds<T>(int trials, Func<Draw, T> draw, Action<T> law)
    {
        var property = Prop.ForAll(Draws.Draw(), trial => law(trial.Of(draw)));
        var replay = new Replay(new Rnd(Seed, Gamma), FSharpOption<int>.None);
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(Times(trials))
            .WithReplay(FSharpOption<Replay>.Some(replay)), property);
    }
}
