namespace Autograd.Dispatch;

/// <summary>A part of a computation of which only the results were saved, and which can be computed again.</summary>
abstract class Segment
{
    /// <summary>Computes the results again, under what was at hand at the first time.</summary>
    public abstract Tensor[] RunAgain();
}
