using System.Globalization;
using System.Reflection;

namespace Autograd.Bench;

/// <summary>This program once more, in a fresh process.</summary>
internal static class Child
{
    static readonly Dictionary<string, string> NoEnvironment = [];

    /// <summary>A process that takes its turns.</summary>
    public static PeerProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        PeerProcess.Start(Environment.ProcessPath!, Command(arguments), environment);

    /// <summary>The numbers in the last line of a command.</summary>
    public static IReadOnlyList<double> Numbers(params string[] arguments) =>
        [.. PeerProcess.RunToEnd(Environment.ProcessPath!, Command(arguments), NoEnvironment).Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    /// <summary>Whether a command ends without an error.</summary>
    public static bool Succeeds(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        try
        {
            PeerProcess.RunToEnd(Environment.ProcessPath!, Command(arguments), environment);
            return true;
        }
        catch (PeerException)
        {
            return false;
        }
    }

    // Started as "dotnet Autograd.Bench.dll" the process is that of dotnet.
    static IEnumerable<string> Command(string[] arguments) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Assembly.GetExecutingAssembly().Location, .. arguments] : arguments;
}
