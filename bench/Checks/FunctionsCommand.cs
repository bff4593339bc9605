using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Autograd.Bench;

/// <summary>
/// Time of every function of one tensor that works element by element, in both precisions: what stands out has a call for each number
/// where the compiler inlined no further.
/// </summary>
static class FunctionsCommand
{
    const int Elements = 4096, Runs = 3000;

    public static void Run()
    {
        // Where all of them are defined, and none is at the edge of its domain.
        var x = new RandomKey(1).Uniform([Elements], 0.1, 0.9);
        Tensor[] operands = [x, x.As(ElementType.Float64).Detach()];
        Console.WriteLine($"function | float | double | nanoseconds for each of {Elements} elements, the least of {Runs} runs");
        foreach (var (name, function) in All().OrderBy(entry => entry.Name, StringComparer.Ordinal))
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} | {Nanoseconds(function, operands[0]):F2} | {Nanoseconds(function, operands[1]):F2}"));
    }

    static IEnumerable<(string Name, Func<Tensor, Tensor> Function)> All() =>
        from method in typeof(Functions).GetMethods(BindingFlags.Static | BindingFlags.Public)
        where method.ReturnType == typeof(Tensor) && method.GetParameters() is [{ ParameterType: var type }] && type == typeof(Tensor)
        let function = method.CreateDelegate<Func<Tensor, Tensor>>()
        where IsElementwise(function)
        select (method.Name, function);

    static bool IsElementwise(Func<Tensor, Tensor> function)
    {
        try
        {
            return function(Tensor.Ones([3])).Shape == Shape.Create([3]);
        }
        catch (ShapeException)
        {
            return false;
        }
    }

    static double Nanoseconds(Func<Tensor, Tensor> function, Tensor x)
    {
        double best = double.PositiveInfinity;
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            function(x);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }
        return best / Elements;
    }
}
