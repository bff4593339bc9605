using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// The gates of a cell as other libraries keep them: one tensor in which the gates are blocks side by side, in an order of their own. Here
/// every gate has parameters of its own, matrices <c>[inputs, units]</c>. A gate whose name begins with a minus means the opposite there.
/// </summary>
/// <param name="cell">The cell.</param>
/// <param name="gates">The gates in the order of the other library: ends of names of parameters.</param>
/// <param name="hasRows">Whether matrices are kept as rows of units, <c>[gates · units, inputs]</c>; else
/// <c>[inputs, gates · units]</c>.</param>
sealed class GateBlocks(Module cell, string[] gates, bool hasRows)
{
    /// <summary>Number of units of a gate.</summary>
    public int Units(string part) => Gate(part, gates[0]).Shape[^1];

    /// <summary>Whether the cell has a parameter of that kind.</summary>
    public bool Has(string part) => cell.NamedParameters().Any(named => named.Path == part + gates[0].TrimStart('-'));

    public Shape MatrixShape(string part) =>
        hasRows ? [gates.Length * Units(part), Gate(part, gates[0]).Shape[0]] : [Gate(part, gates[0]).Shape[0], gates.Length * Units(part)];

    public Shape VectorShape(string part) => [gates.Length * Units(part)];

    /// <summary>The matrices of all gates as one.</summary>
    public Tensor Matrix(string part) => Concatenate(hasRows ? 0 : 1, [.. gates.Select(gate => Turned(Signed(gate, Gate(part, gate))))]);

    /// <summary>The vectors of all gates as one.</summary>
    public Tensor Vector(string part) => Concatenate(0, [.. gates.Select(gate => Signed(gate, Gate(part, gate)))]);

    /// <summary>What the parameters of all gates get from their matrices as one.</summary>
    public IEnumerable<(Parameter Parameter, Tensor Value)> TakeMatrix(string part, Tensor all) =>
        gates.Select((gate, i) => (Gate(part, gate), Signed(gate, Turned(Slice(all, hasRows ? 0 : 1, i * Units(part), Units(part))))));

    /// <summary>What the parameters of all gates get from their vectors as one.</summary>
    public IEnumerable<(Parameter Parameter, Tensor Value)> TakeVector(string part, Tensor all) =>
        gates.Select((gate, i) => (Gate(part, gate), Signed(gate, Slice(all, 0, i * Units(part), Units(part)))));

    Parameter Gate(string part, string gate) => cell[part + gate.TrimStart('-')];

    Tensor Turned(Tensor matrix) => hasRows ? Transpose(matrix) : matrix;

    static Tensor Signed(string gate, Tensor value) => gate.StartsWith('-') ? -value : value;
}
