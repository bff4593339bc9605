using System.Numerics;
using System.Runtime.InteropServices;

namespace Autograd.Optimizers;

/// <summary>Runs an update rule over one parameter: every number is read once and written once.</summary>
static class UpdatePass
{
    internal static void Run<T, TRule>(
        in TRule rule, in GradientPreparation<T> preparation, Span<T> value, ReadOnlySpan<T> gradient,
        Span<T> first, Span<T> second, Span<T> third)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TRule : struct, IUpdateRule<T>
    {
        RunVectors(rule, preparation, value, gradient, first, second, third);
        int done = value.Length - value.Length % Vector<T>.Count;
        if (done < value.Length)
            RunRest(rule, preparation, value[done..], gradient[done..], From(first, done), From(second, done), From(third, done));
    }

    static void RunVectors<T, TRule>(
        TRule rule, GradientPreparation<T> preparation, Span<T> value, ReadOnlySpan<T> gradient,
        Span<T> first, Span<T> second, Span<T> third)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TRule : struct, IUpdateRule<T>
    {
        var values = MemoryMarshal.Cast<T, Vector<T>>(value);
        var gradients = MemoryMarshal.Cast<T, Vector<T>>(gradient);
        var firsts = MemoryMarshal.Cast<T, Vector<T>>(first);
        var seconds = MemoryMarshal.Cast<T, Vector<T>>(second);
        var thirds = MemoryMarshal.Cast<T, Vector<T>>(third);
        for (int i = 0; i < values.Length; i++)
        {
            // Locals, so that the rule's state stays in registers until it is final. The comparisons are constants to the compiler.
            var x = values[i];
            var a = TRule.Slots > 0 ? firsts[i] : default;
            var b = TRule.Slots > 1 ? seconds[i] : default;
            var c = TRule.Slots > 2 ? thirds[i] : default;
            values[i] = rule.Next(x, preparation.Apply(gradients[i], x), ref a, ref b, ref c);
            if (TRule.Slots > 0) firsts[i] = a;
            if (TRule.Slots > 1) seconds[i] = b;
            if (TRule.Slots > 2) thirds[i] = c;
        }
    }

    // What does not fill a vector is padded to one, so that an element's result does not depend on where it stands.
    static void RunRest<T, TRule>(
        in TRule rule, in GradientPreparation<T> preparation, Span<T> value, ReadOnlySpan<T> gradient,
        Span<T> first, Span<T> second, Span<T> third)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TRule : struct, IUpdateRule<T>
    {
        int width = Vector<T>.Count;
        Span<T> padded = stackalloc T[5 * width];
        padded.Clear();
        var (values, gradients, firsts, seconds, thirds) = (0, width, 2 * width, 3 * width, 4 * width);
        value.CopyTo(padded[values..]);
        gradient.CopyTo(padded[gradients..]);
        first.CopyTo(padded[firsts..]);
        second.CopyTo(padded[seconds..]);
        third.CopyTo(padded[thirds..]);
        RunVectors(
            rule, preparation,
            padded.Slice(values, width), padded.Slice(gradients, width),
            padded.Slice(firsts, width), padded.Slice(seconds, width), padded.Slice(thirds, width));
        padded.Slice(values, value.Length).CopyTo(value);
        padded.Slice(firsts, first.Length).CopyTo(first);
        padded.Slice(seconds, second.Length).CopyTo(second);
        padded.Slice(thirds, third.Length).CopyTo(third);
    }

    static Span<T> From<T>(Span<T> slot, int start) => slot.IsEmpty ? slot : slot[start..];
}
