using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>Dynamical systems and reservoirs as cells: they obey every law of cells.</summary>
internal static class ReservoirKinds
{
    public static IReadOnlyList<CellKind> All { get; } =
    [
        new CellKind<Tensor>("ContractiveCell", (inputs, _, _) => new ContractiveCell(inputs)),
        new CellKind<Tensor>("StateSpaceCell", (inputs, _, _) => new StateSpaceCell(inputs, (u, state) => Tanh(u + 0.5 * state), state => Square(state))),
        new CellKind<Tensor>("FocusedCell", (inputs, hidden, key) => new FocusedCell(inputs, hidden, key)),
        new CellKind<Tensor>("EchoStateCell", (inputs, hidden, key) => new EchoStateCell(inputs, hidden + 5, key)),
    ];
}
