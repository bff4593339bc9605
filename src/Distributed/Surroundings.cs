using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Distributed;

/// <summary>The environment in which a rank computes; differences may change last digits.</summary>
/// <param name="Version">Of the library.</param>
/// <param name="Runtime">Name and version.</param>
/// <param name="Vectors">The processor's kind, and which vectors it has.</param>
sealed record Surroundings(string Version, string Runtime, string Vectors)
{
    /// <summary>Those of this process.</summary>
    public static Surroundings Here { get; } = new(
        typeof(Surroundings).Assembly.GetName().Version!.ToString(), RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.ProcessArchitecture} {Vector.IsHardwareAccelerated} {Vector512.IsHardwareAccelerated} "
        + $"{Vector256.IsHardwareAccelerated}");
}
