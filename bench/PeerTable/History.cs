using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Autograd.PeerTable;

/// <summary>Keeps what was measured as a file of JSON, with all that it takes to measure it again.</summary>
static class History
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes a file into a folder; its path.</summary>
    public static string Write(string folder, Options options, string[] arguments, IReadOnlyList<Measured> rows)
    {
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd-HHmm", CultureInfo.InvariantCulture);
        string path = Path.Combine(Directory.CreateDirectory(folder).FullName, $"peers-{date}.json");
        // Where the folder is does not matter to who measures again.
        var kept = arguments.Where((argument, i) => argument != "--history" && (i == 0 || arguments[i - 1] != "--history"));
        Examples.WholeFile.Write(path, JsonSerializer.Serialize(
            new
            {
                Date = date,
                Command = string.Join(' ', ["dotnet run -c Release --project bench -- compare --peers", .. kept]),
                Processor = Bench.Processor.Name(),
                System = RuntimeInformation.OSDescription,
                options.Threads,
                Clock = options.IsThreadClock ? "processor time of the thread" : "wall",
                // Of the C library, by which peers allocate.
                Memory = Environment.GetEnvironmentVariable("GLIBC_TUNABLES") ?? "",
                Versions = new Dictionary<string, string>
                {
                    [".NET"] = Environment.Version.ToString(),
                    ["libtorch"] = TorchSharp.torch.__version__,
                    ["ONNX Runtime"] = typeof(Microsoft.ML.OnnxRuntime.InferenceSession).Assembly.GetName().Version!.ToString(3),
                },
                Rows = rows,
            },
            Indented) + "\n");
        return path;
    }
}
