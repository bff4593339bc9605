namespace Autograd.Threads;

/// <summary>
/// Work in phases, each of the same number of parts. Parts of a phase do not depend on each other, and a phase begins when all parts of the
/// one before it are done. What is computed does not depend on who takes which part, nor on the order.
/// </summary>
interface IPhasedWork
{
    /// <summary>Parts of each phase.</summary>
    int Parts { get; }

    /// <summary>
    /// Goes on to the next phase, the first to begin with; false after the last. Runs alone, and after all parts of the phase before.
    /// </summary>
    bool MoveNext();

    /// <summary>Does a part of the phase under way.</summary>
    void Run(int part);
}
