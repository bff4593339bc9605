using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Autograd.Bench;

/// <summary>Another process does not answer, or answers with an error.</summary>
sealed class PeerException(string message) : Exception(message);

/// <summary>
/// A process that waits for its turns. It says who it is in its first line; then it answers each line <c>CELL TIME BATCH INPUTS HIDDEN
/// SECONDS</c> with a line of milliseconds. It ends when its input does.
/// </summary>
sealed class PeerProcess : IDisposable
{
    readonly Process process;
    readonly StringBuilder errors = new();

    PeerProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>What the process calls itself.</summary>
    public string Name { get; private set; } = "";

    /// <exception cref="PeerException">It does not start, or ends without a word.</exception>
    public static PeerProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var peer = new PeerProcess(Launch(program, arguments, environment));
        try
        {
            peer.Name = peer.ReadLine();
            return peer;
        }
        catch (PeerException)
        {
            peer.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its last line.</returns>
    /// <exception cref="PeerException">It does not start or ends with an error.</exception>
    public static string RunToEnd(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancel = default)
    {
        using var peer = new PeerProcess(Launch(program, arguments, environment));
        using var stop = cancel.Register(peer.Kill);
        peer.process.StandardInput.Close();
        string[] lines = peer.process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        peer.process.WaitForExit();
        if (peer.process.ExitCode != 0) throw peer.Failure($"{program} ended with code {peer.process.ExitCode}");
        return lines.Length == 0 ? "" : lines[^1].Trim();
    }

    /// <exception cref="PeerException">There is no answer.</exception>
    public IReadOnlyList<double> Ask(string request)
    {
        try
        {
            process.StandardInput.WriteLine(request);
        }
        catch (IOException)
        {
            throw Failure($"{Name} has ended");
        }

        string answer = ReadLine();
        return answer.StartsWith("error", StringComparison.Ordinal)
            ? throw new PeerException(answer)
            : [.. answer.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    static Process Launch(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(
            program, arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            var process = Process.Start(start) ?? throw new PeerException($"{program} does not start");
            process.StandardInput.AutoFlush = true;
            return process;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new PeerException($"{program}: {error.Message}");
        }
    }

    string ReadLine() => process.StandardOutput.ReadLine() ?? throw Failure("it ended");

    // The last lines of its error stream tell most.
    PeerException Failure(string what)
    {
        process.WaitForExit(1000);
        lock (errors)
            return new PeerException(
            $"{what}: {errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("no message")}");
    }

    void Append(string? line)
    {
        lock (errors) errors.Append(line).Append('\n');
    }

    void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
