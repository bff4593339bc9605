using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace Autograd.Bench;

/// <summary>Packing the recurrent weights of four gates; times are per element.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class PackingSuite<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int Hidden = 256, Columns = 4 * Hidden, Elements = Hidden * Columns;

    readonly PackedMatrix<T> packed = new();
    readonly T[] weights = SuiteData.Numbers<T>(Elements);

    /// <summary>As it is stored: for the forward pass.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void AsStored() => packed.Pack(weights, Hidden, Columns, Columns, 1);

    /// <summary>Transposed: for the backward pass.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void Transposed() => packed.Pack(weights, Columns, Hidden, 1, Columns);
}
