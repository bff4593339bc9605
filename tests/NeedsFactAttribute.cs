namespace Autograd.Tests;

/// <summary>What a test may need of the machine that it runs on.</summary>
enum Need
{
    /// <summary>The sources of the repository.</summary>
    Sources,

    /// <summary>Linux, with its pipes and devices.</summary>
    Linux,

    /// <summary>A file that takes nothing, as one on a full disk.</summary>
    FullDisk,

    /// <summary>A processor that rounds a product and a sum together.</summary>
    FusedProducts,
}

/// <summary>A test that needs something; without it, it is skipped, and the runner says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class NeedsFactAttribute : FactAttribute
{
    public NeedsFactAttribute(Need need) => Skip = Reason(need);

    /// <summary>What is missing; null for nothing.</summary>
    internal static string? Reason(Need need) => need switch
    {
        Need.Sources => Sources.Root is null ? "The sources are not on this machine." : null,
        Need.Linux => OperatingSystem.IsLinux() ? null : "This is of Linux.",
        Need.FullDisk => File.Exists("/dev/full") ? null : "There is no /dev/full on this machine.",
        Need.FusedProducts => System.Runtime.Intrinsics.X86.Fma.IsSupported ? null : "The processor has no FMA.",
        _ => throw new ArgumentOutOfRangeException(nameof(need)),
    };
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class NeedsTheoryAttribute : TheoryAttribute
{
    public NeedsTheoryAttribute(Need need) => Skip = NeedsFactAttribute.Reason(need);
}
