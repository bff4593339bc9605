using Autograd.Layers;
using BenchmarkDotNet.Attributes;

namespace Autograd.Bench;

/// <summary>Drawing an echo state network; most of it is the spectral radius that its recurrent weights are scaled to.</summary>
public class ReservoirSuite
{
    Tensor weights = Tensor.Zeros([0, 0]);

    /// <summary>Below 400 the radius is taken of the matrix itself, above in a space of at most half its size.</summary>
    [Params(300, 1000)]
    public int Units { get; set; }

    /// <summary>Draws what is looked at alone.</summary>
    [GlobalSetup]
    public void Prepare() => weights = Draw().Recurrent;

    /// <summary>The whole cell.</summary>
    [Benchmark]
    public EchoStateCell Draw() => new(1, Units, new RandomKey(1));

    /// <summary>The radius of weights that are there.</summary>
    [Benchmark]
    public double Radius() => LinearAlgebra.SpectralRadius(weights);
}
