using System.Diagnostics;
using System.Globalization;

namespace Autograd.Lectures;

/// <summary>
/// The console: lines, and below them one line of progress that is written over and over. A file gets a line of progress now and then.
/// </summary>
sealed class Terminal(TextWriter writer, bool isInteractive)
{
    static readonly TimeSpan OnScreen = TimeSpan.FromSeconds(0.1), InFile = TimeSpan.FromSeconds(10);
    const int Columns = 78;

    readonly Stopwatch sinceProgress = Stopwatch.StartNew();
    bool isProgressShown;

    public void Line(string line = "")
    {
        Clear();
        writer.WriteLine(line);
    }

    public void Progress(string what, double fraction)
    {
        if (sinceProgress.Elapsed < (isInteractive ? OnScreen : InFile)) return;
        sinceProgress.Restart();
        string line = string.Create(CultureInfo.InvariantCulture, $"  {Math.Clamp(fraction, 0, 1),4:0 %}  {what}");
        if (line.Length > Columns) line = line[..Columns];
        if (isInteractive) writer.Write("\r" + line.PadRight(Columns));
        else writer.WriteLine(line);
        isProgressShown = isInteractive;
        writer.Flush();
    }

    public void Clear()
    {
        if (isProgressShown) writer.Write("\r" + new string(' ', Columns) + "\r");
        isProgressShown = false;
    }
}
