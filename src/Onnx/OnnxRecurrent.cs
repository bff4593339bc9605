using Autograd.Layers;
using Autograd.Onnx.Reading;

namespace Autograd.Onnx;

/// <summary>
/// A recurrent operator of an ONNX file (onnx.ai, operators <c>LSTM</c>, <c>GRU</c>, <c>RNN</c>) as cells of this library with its weights.
/// <code>
/// var lstm = OnnxRecurrent.Read("model.onnx")[0];
/// var layer = Recurrent.Over((LstmCell)lstm.Cells[0]);
/// </code>
/// </summary>
/// <remarks>
/// <c>LSTM</c> is <see cref="LstmCell"/>, with peepholes (<c>P</c>) <see cref="PeepholeLstmCell"/>; <c>GRU</c> is <see cref="GruCell"/>,
/// with <c>linear_before_reset</c> its <see cref="GruReset.AfterProduct"/> form; <c>RNN</c> is <see cref="RnnCell"/>, for tanh, relu,
/// sigmoid, softsign and softplus. The two biases are added, except where the reset gate acts on one of them; missing ones are taken as 0.
/// The cells are in single precision. <c>layout</c> concerns sequences only: here, time is always the first axis.
/// </remarks>
public sealed class OnnxRecurrent
{
    OnnxRecurrent(OnnxNode node, OnnxDirection direction, Module[] cells, int units)
    {
        Name = node.Name;
        Operator = node.Operator;
        Direction = direction;
        Cells = cells;
        Units = units;
    }

    /// <summary>The name of the node, or of its result if it has none.</summary>
    public string Name { get; }

    /// <summary><c>LSTM</c>, <c>GRU</c> or <c>RNN</c>.</summary>
    public string Operator { get; }

    /// <summary>The direction in which it runs in time.</summary>
    public OnnxDirection Direction { get; }

    /// <summary>Number of units per direction.</summary>
    public int Units { get; }

    /// <summary>A cell for each direction, forward first, with the weights of the operator.</summary>
    public IReadOnlyList<Module> Cells { get; }

    /// <summary>
    /// Reads all recurrent operators of a file's graph, in its order; those inside loops and branches are not considered.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="given">Weights that the model takes as inputs, by name; none by default.</param>
    /// <exception cref="TensorFileException"> It is not an ONNX file, or is damaged; or an operator has weights that are not constant or
    /// whose shapes contradict its attributes, or functions or options that no cell has (<c>clip</c>, <c>input_forget</c>). The message
    /// names the node.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read, or is a directory, a device or a pipe.</exception>
    public static IReadOnlyList<OnnxRecurrent> Read(string path, IReadOnlyDictionary<string, Tensor>? given = null)
    {
        var file = new OnnxFile(path, given ?? new Dictionary<string, Tensor>());
        return [.. file.Nodes.Where(IsRecurrent).Select(node => Read(path, file, node))];
    }

    static bool IsRecurrent(OnnxNode node) => node is { Domain: "" or "ai.onnx", Operator: "LSTM" or "GRU" or "RNN" };

    static OnnxRecurrent Read(string path, OnnxFile file, OnnxNode node)
    {
        var weights = new OperatorWeights(path, file, node);
        var direction = weights.Direction;
        var cells = new Module[direction == OnnxDirection.Bidirectional ? 2 : 1];
        for (int i = 0; i < cells.Length; i++) cells[i] = weights.Cell(i, cells.Length);
        return new OnnxRecurrent(node, direction, cells, weights.Units);
    }
}
