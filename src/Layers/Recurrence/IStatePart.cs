using System.Diagnostics.CodeAnalysis;

namespace Autograd.Layers;

/// <summary>
/// A <c>record struct</c> that is a part of a state and not itself the state of a cell. Nothing has to be implemented, and it matters
/// only in programs that are compiled ahead of time: they forget which fields a type has, unless it is the state of a cell, a tuple, or
/// says that it is such a part.
/// <code>readonly record struct Pair(Tensor Fast, Tensor Slow) : IStatePart;</code>
/// </summary>
/// <remarks>
/// Without it such a state is refused there, with an error that names the type; where code is compiled at run time all fields are known.
/// </remarks>
[DynamicallyAccessedMembers(StateLayout.Kept)]
public interface IStatePart;
