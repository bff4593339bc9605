namespace Autograd.Optimizers;

/// <summary>Training has diverged: a loss or a gradient is not finite, or too large. The step was not made.</summary>
public abstract class DivergenceException : ArithmeticException
{
    private protected DivergenceException(string message)
        : base(message)
    {
    }

    /// <summary>The explanation, if <see cref="TrainingLoop.PostMortem"/> is set; otherwise null.</summary>
    public PostMortem? PostMortem { get; private set; }

    /// <summary>What happened, followed by the headline of the post-mortem.</summary>
    public override string Message => PostMortem is { } report ? $"{base.Message} {report.Headline}{Problem}" : base.Message;

    string? Problem { get; set; }

    internal void Explain(PostMortem report, string? problem) => (PostMortem, Problem) = (report, problem);
}
