using System.Runtime.InteropServices;

namespace Autograd.Bench;

/// <summary>What a measurement was made on.</summary>
static class Processor
{
    /// <summary>The processor's name as the system has it; its architecture where it has none.</summary>
    public static string Name()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
