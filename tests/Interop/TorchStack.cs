using System.Globalization;
using Autograd.Layers;

namespace Autograd.Interop;

/// <summary>
/// Layers as <c>nn.RNN</c>, <c>nn.LSTM</c> and <c>nn.GRU</c> have them: several, in one direction or both, and with projections.
/// </summary>
sealed class TorchStack
{
    public const int Inputs = 3, Units = 4;

    public TorchStack(string kind, int layers, int directions, int projection)
    {
        Directions = directions;
        int outputs = directions * (projection > 0 ? projection : Units);
        Cells = [.. Enumerable.Range(0, layers * directions).Select(i => Cell(kind, i < directions ? Inputs : outputs, projection))];
        // Each its own weights where they are not loaded.
        for (int i = 0; i < Cells.Length; i++)
            foreach (var (path, parameter) in Cells[i].NamedParameters())
                parameter.Assign(new RandomKey(1).For(i.ToString(CultureInfo.InvariantCulture)).For(path).Normal(parameter.Shape));
    }

    public int Directions { get; }

    /// <summary>Layer by layer, within a layer forward and then backward.</summary>
    public Module[] Cells { get; }

    public Tensor Forward(Tensor x)
    {
        for (int i = 0; i < Cells.Length; i += Directions) x = Layer(Cells[i..(i + Directions)], x);
        return x;
    }

    static Module Cell(string kind, int inputs, int projection) => kind switch
    {
        "RNN" => new RnnCell(inputs, Units, default),
        "LSTM" when projection > 0 => new ProjectedLstmCell(inputs, Units, projection, default),
        "LSTM" => new LstmCell(inputs, Units, default),
        _ => new GruCell(inputs, Units, default, GruReset.AfterProduct),
    };

    static Tensor Layer(Module[] cells, Tensor x) => cells[0] is Cell<LstmState> ? Layer<LstmState>(cells, x) : Layer<Tensor>(cells, x);

    static Tensor Layer<TState>(Module[] cells, Tensor x) => cells is [Cell<TState> forward, Cell<TState> backward]
        ? Bidirectional.Over(forward, backward).Forward(x)
        : Recurrent.Over((Cell<TState>)cells[0]).Forward(x);
}
