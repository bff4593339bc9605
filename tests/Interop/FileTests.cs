using Autograd.Layers;
using Autograd.Onnx;

namespace Autograd.Interop;

/// <summary>
/// Files for other programs, and from them, in the folder that the variable AUTOGRAD_INTEROP names; <c>.ci/interop</c> runs these programs.
/// Without the variable there is nothing to do.
/// </summary>
public class FileTests
{
    static string? Folder => Environment.GetEnvironmentVariable("AUTOGRAD_INTEROP");

    [Fact]
    public void EveryCellIsWrittenAsAFile()
    {
        if (Folder is not { } folder) return;
        int count = 0;
        foreach (var cell in CellTable.All)
        {
            foreach (bool hasLengths in new[] { false, true })
                foreach (bool isNative in new[] { false, true })
                    cell.Export(hasLengths,
                        new() { PrefersNative = isNative }).Save(Path.Combine(folder, FormattableString.Invariant($"cell{count++}.onnx")));
        }
        foreach (var (name, model) in ModuleTests.Files()) model.Save(Path.Combine(folder, $"{name}.onnx"));
    }

    [Fact]
    public void PyTorchsModulesGiveTheSameHere()
    {
        if (Folder is not { } folder) return;
        foreach (string file in Directory.EnumerateFiles(folder, "torch-*.safetensors"))
        {
            var tensors = Safetensors.Read(file);
            string[] parts = Path.GetFileNameWithoutExtension(file).Split('-');
            var (kind, directions) = (parts[1], parts[3] == "2" ? 2 : 1);
            var cells = Enumerable.Range(0, directions * (parts[2][0] - '0')).Select(i => Cell(kind, i < directions ? 3 : 4 * directions))
                .ToArray();
            PyTorch.ImportRecurrent(cells, tensors, "rnn.", directions);
            var y = tensors["x"];
            for (int i = 0; i < cells.Length; i += directions) y = Layer(cells[i..(i + directions)], y);
            Agree.Within(tensors["y"], y, file, 1e-6);
        }
    }

    [Fact]
    public void ArraysOfNumpyAreReadAndWritten()
    {
        if (Folder is not { } folder) return;
        foreach (string file in Directory.EnumerateFiles(folder, "numpy-*.npy")) IsCounted(file, Npy.Read(file));
        foreach (string file in Directory.EnumerateFiles(folder, "numpy-*.npz"))
        {
            var arrays = Npz.Read(file);
            Assert.Equal(["a", "ü"], arrays.Keys.Order(StringComparer.Ordinal));
            foreach (var (name, array) in arrays) IsCounted($"{file}, {name}", array);
        }
        (string, Tensor)[] ours =
        [
            ("single", Tensor.From([.. Enumerable.Range(0, 24).Select(i => (float)i)]).Reshape(2, 3, 4)), ("double", Tensor.From([0.0, 1, 2, 3])),
            ("scalar", Tensor.Scalar(0f)), ("ü", Tensor.Zeros([3, 0])),
        ];
        Npy.Write(Path.Combine(folder, "ours.npy"), ours[0].Item2);
        Npz.Write(Path.Combine(folder, "ours.npz"), ours);
        Safetensors.Write(Path.Combine(folder, "ours.safetensors"), ours);
    }

    static void IsCounted(string file, Tensor tensor)
    {
        double[] elements = tensor.ToDoubles();
        for (int i = 0; i < elements.Length; i++) Assert.True(elements[i] == i, $"{file}: element {i} is {elements[i]}.");
    }

    static Module Cell(string kind, int inputs) => kind switch
    {
        "RNN" => new RnnCell(inputs, 4, default),
        "LSTM" => new LstmCell(inputs, 4, default),
        _ => new GruCell(inputs, 4, default, GruReset.AfterProduct),
    };

    static Tensor Layer(Module[] cells, Tensor x) => cells[0] is LstmCell ? Layer<LstmState>(cells, x) : Layer<Tensor>(cells, x);

    static Tensor Layer<TState>(Module[] cells, Tensor x) => cells is [Cell<TState> forward, Cell<TState> backward]
        ? Bidirectional.Over(forward, backward).Forward(x)
        : Recurrent.Over((Cell<TState>)cells[0]).Forward(x);
}
