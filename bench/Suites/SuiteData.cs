using System.Numerics;

namespace Autograd.Bench;

/// <summary>Operands of benchmarks: the same numbers on every run.</summary>
static class SuiteData
{
    static readonly RandomKey Key = new(Seed: 2);

    /// <summary>Standard normal numbers.</summary>
    public static T[] Numbers<T>(int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = new T[count];
        Key.FillNormal<T>(numbers);
        return numbers;
    }

    /// <summary>A tensor of standard normal numbers.</summary>
    public static Tensor Tensor(Shape shape, ElementType type) => Key.Normal(shape, 1, type);
}
