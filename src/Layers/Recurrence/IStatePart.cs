using System.Diagnostics.CodeAnalysis;

namespace Autograd.Layers;

/// <summary>
/// Marks a <c>record struct</c> that is part of a state without being the state of a cell itself. There is nothing to implement, and it
/// matters only in programs that are compiled ahead of time: these drop the information about a type's fields unless the type is the state
/// of a cell, a tuple, or marked as such a part.
/// <code>readonly record struct Pair(Tensor Fast, Tensor Slow) : IStatePart;</code>
/// </summary>
/// <remarks>
/// Without it, such a state is refused there, with an error that names the type; where code is compiled at run time, all fields are known.
/// </remarks>
[DynamicallyAccessedMembers(StateLayout.Kept)]
public interface IStatePart;
