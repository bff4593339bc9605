using System.Globalization;
using System.Reflection;

namespace Autograd.Bench;

/// <summary>This program once more, in a fresh process.</summary>
static class Child
{
    static readonly Dictionary<string, string> NoEnvironment = [];

    /// <summary>
    /// A process that takes its turns on one path. It has memory of its own, so that no other path's steps are in its way.
    /// </summary>
    public static PeerProcess Serve(
        string path, int threads = 1, ElementType type = ElementType.Float32, IReadOnlyDictionary<string, string>? environment = null) =>
        PeerProcess.Start(Environment.ProcessPath!, Command(["serve", path, $"{threads}", $"{type}"]), environment ?? NoEnvironment);

    /// <summary>The last line that a command prints.</summary>
    public static string LastLine(params string[] arguments) =>
        PeerProcess.RunToEnd(Environment.ProcessPath!, Command(arguments), NoEnvironment);

    /// <summary>The numbers in the last line of a command.</summary>
    public static IReadOnlyList<double> Numbers(params string[] arguments) =>
        [.. LastLine(arguments).Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

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
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Assembly.GetExecutingAssembly().Location, .. arguments]
        : arguments;
}
