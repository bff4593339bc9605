using System.Diagnostics;
using System.Text;

namespace Autograd.Mutants;

/// <summary>Runs a program and keeps what it prints.</summary>
static class Command
{
    /// <summary>The exit code used for a program that was stopped because its time had run out.</summary>
    public const int TimedOut = -1;

    public static async Task<(int Code, string Output)> RunAsync(
        string program, string[] arguments, string folder, Dictionary<string, string> variables, TimeSpan? limit,
        CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(
            program, arguments)
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (output) output.AppendLine(line.Data);
        }

        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (limit is { } time) stop.CancelAfter(time);
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            return (TimedOut, output.ToString());
        }
        lock (output) return (process.ExitCode, output.ToString());
    }
}
