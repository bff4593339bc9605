using System;
using System.IO;
using Microsoft.CodeAnalysis;

namespace Autograd.Analyzers;

/// <summary>The rules. Each has a page of its own, docs/analyzers, whose first paragraph is its description.</summary>
static class Rules
{
    public static readonly DiagnosticDescriptor TapeIsDisposed = Rule(
        "AG0001", "A tape is not disposed",
        "This tape is never disposed: it goes on recording on its thread; write 'using var tape = new Tape();'");

    public static readonly DiagnosticDescriptor AwaitInTape = Rule(
        "AG0002", "'await' in the scope of a tape",
        "What follows an 'await' may run on another thread, where the tape '{0}' does not record; await before or behind its scope");

    public static readonly DiagnosticDescriptor ChangingCapture = Rule(
        "AG0003", "A checkpoint refers to a variable that its loop changes",
        "A checkpoint is run again by the sweep, and then sees the last value of '{0}'; copy it within the loop, and refer to the copy");

    public static readonly DiagnosticDescriptor ImpureStep = Rule(
        "AG0004", "A step writes to a field or uses Random",
        "A step is traced and run again: {0}; carry what changes in the state, and draw from a RandomKey");

    public static readonly DiagnosticDescriptor UndeclaredParameter = Rule(
        "AG0005", "A parameter is not declared",
        "The parameter '{0}' is not declared, and would not be learned; make it by 'Parameter(out {0}, …)', Weight or Bias, or Share it");

    public static readonly DiagnosticDescriptor KeptTensor = Rule(
        "AG0006", "A tensor is kept past its tape",
        "This tensor ends with the tape '{0}'; keep a copy of it: Detach()");

    public static readonly DiagnosticDescriptor LastOfPadded = Rule(
        "AG0007", "The last output of sequences of different lengths",
        "At [^1] the shorter sequences have ended, and the outputs there are 0; use Final, the state behind each sequence's own last step");

    static DiagnosticDescriptor Rule(string id, string title, string message) =>
        new(id, title, message, "Autograd", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: Reason(id));

    // What stands on the page of a rule above its first block of code. The pages have no address that an installed package could point to.
    static string Reason(string id)
    {
        using var page = new StreamReader(typeof(Rules).Assembly.GetManifestResourceStream(id + ".md")!);
        string text = page.ReadToEnd();
        int from = text.IndexOf('\n'), to = text.IndexOf("```", StringComparison.Ordinal);
        char[] spaces = [' ', '\n', '\r'];
        return string.Join(" ", text.Substring(from, to - from).Replace("`", "").Split(spaces, StringSplitOptions.RemoveEmptyEntries));
    }
}
