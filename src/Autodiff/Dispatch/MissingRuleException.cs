namespace Autograd;

/// <summary>A derivative reached an operation that has no rule for it. The message names operation and argument.</summary>
public sealed class MissingRuleException : NotSupportedException
{
    /// <summary>Names the operation, the argument and the mode.</summary>
    /// <param name="operation">Name of the operation.</param>
    /// <param name="argument">Which argument.</param>
    /// <param name="mode"><c>vjp</c> or <c>jvp</c>.</param>
    public MissingRuleException(string operation, int argument, string mode)
        : base($"{operation}: there is no {mode} rule for argument {argument}, and a derivative reached it.")
    {
    }
}
