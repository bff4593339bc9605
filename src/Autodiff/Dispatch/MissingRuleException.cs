namespace Autograd;

/// <summary>A derivative or Vmap reached an operation that has no rule for it. The message names the operation, and the argument of a
/// derivative.</summary>
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

    /// <summary>Of a batching rule.</summary>
    internal MissingRuleException(string operation)
        : base($"{operation}: there is no batching rule, and Vmap reached it.")
    {
    }
}
