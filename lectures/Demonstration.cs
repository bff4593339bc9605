namespace Autograd.Lectures;

/// <summary>
/// One row of the lectures: what is claimed, and the experiment that measures it. Every class that derives from this one and has a
/// constructor
/// without arguments is found by <see cref="Catalogue"/>; nothing is registered by hand.
/// </summary>
public abstract class Demonstration
{
    /// <summary>The row: a letter and a number, such as <c>E3</c>; a small letter may follow where a row has several parts.</summary>
    public abstract string Id { get; }

    /// <summary>What is shown, in a few words.</summary>
    public abstract string Title { get; }

    /// <summary>What the lecture claims.</summary>
    public abstract string Claim { get; }

    /// <summary>
    /// A fault that must turn the verdict: what <see cref="Report.Cell"/> and <see cref="Report.Part"/> return is wrong then. A verdict
    /// that
    /// survives it measures nothing. Null where none is stated.
    /// </summary>
    public virtual Fault? Fault => null;

    /// <summary>Measures the claim. Everything random comes from <see cref="Report.Key"/>.</summary>
    public abstract void Run(Report report);
}
