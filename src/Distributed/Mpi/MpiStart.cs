using System.Globalization;

namespace Autograd.Distributed.Mpi;

/// <summary>What the program that has started the ranks says to them in their environment.</summary>
static class MpiStart
{
    /// <summary>Whether it was MPICH's.</summary>
    public static bool IsHydra => Number("PMI_SIZE") is not null && Number("OMPI_COMM_WORLD_SIZE") is null;

    /// <summary>How many ranks it has started; null if nothing says so.</summary>
    public static int? Size => Number("OMPI_COMM_WORLD_SIZE") ?? Number("PMI_SIZE");

    static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
            : null;
}
