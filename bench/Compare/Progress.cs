namespace Autograd.Bench;

/// <summary>Shows on the error stream what is going on: one line that changes, or nothing but what matters where that is a file.</summary>
sealed class Progress
{
    const int Width = 100;

    readonly bool isTerminal = !Console.IsErrorRedirected;

    public void Show(string text)
    {
        if (isTerminal) Console.Error.Write($"\r{text[..Math.Min(text.Length, Width)].PadRight(Width)}");
    }

    /// <summary>A line that stays.</summary>
    public void Tell(string text)
    {
        Clear();
        Console.Error.WriteLine(text);
    }

    public void Clear()
    {
        if (isTerminal) Console.Error.Write($"\r{new string(' ', Width)}\r");
    }
}
