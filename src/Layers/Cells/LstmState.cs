namespace Autograd.Layers;

/// <summary>State of a long short-term memory.</summary>
/// <param name="H">Hidden units, <c>[batch, hidden]</c>; also the output.</param>
/// <param name="C">Memory cells, <c>[batch, hidden]</c>.</param>
public readonly record struct LstmState(Tensor H, Tensor C) : IStatePart;
