using Autograd.Layers;

namespace Autograd.Tests.Layers;

public class PyTorchTests
{
    const int Inputs = 3, Units = 4, Projection = 2;
    static readonly RandomKey Key = new(21);

    public static TheoryData<string, int, int, bool> Modules
    {
        get
        {
            var data = new TheoryData<string, int, int, bool>();
            foreach (string kind in (string[])["RNN", "LSTM", "GRU", "LSTM with projections"])
                for (int layers = 1; layers <= 3; layers++)
                    for (int directions = 1; directions <= 2; directions++)
                        foreach (bool hasBias in (bool[])[true, false]) data.Add(kind, layers, directions, hasBias);
            return data;
        }
    }

    [Theory, MemberData(nameof(Modules))]
    public void ARecurrentModuleComesAndGoes(string kind, int layers, int directions, bool hasBias)
    {
        var given = StateDictionary(kind, layers, directions, hasBias);
        var cells = Cells(kind, layers, directions);
        // Whatever is not taken must not come out right.
        foreach (var parameter in cells.SelectMany(cell => cell.Parameters)) parameter.Assign(Tensor.Full(parameter.Shape, 0.37));
        PyTorch.ImportRecurrent(cells, given.ToDictionary(pair => "rnn." + pair.Key, pair => pair.Value), "rnn.", directions);
        var x = Key.For("x").Normal([5, 2, Inputs]);
        var expected = Tensor.From(TorchReference.Forward(kind.Split(' ')[0], given, Numbers(x), layers, directions));
        AssertNear(expected, Forward(cells, directions, x));

        var written = PyTorch.ExportRecurrent(cells, directions: directions).ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        Assert.Equal(StateDictionary(kind, layers, directions, hasBias: true).Keys.Order(), written.Keys.Order());
        AssertNear(expected, Tensor.From(TorchReference.Forward(kind.Split(' ')[0], written, Numbers(x), layers, directions)));
    }

    [Fact]
    public void AFileGoesBothWays()
    {
        string path = Path.GetTempFileName();
        try
        {
            var from = new Stack(Key.For("from"));
            Safetensors.Write(path, [.. PyTorch.ExportRecurrent([from.Lower, from.Upper], "lstm."), .. PyTorch.Export(from.Head, "head.")]);
            var to = new Stack(Key.For("to"));
            var tensors = Safetensors.Read(path);
            PyTorch.ImportRecurrent([to.Lower, to.Upper], tensors, "lstm.");
            PyTorch.Import(to.Head, tensors, "head.");
            foreach (var (one, other) in from.Parameters.Zip(to.Parameters)) Assert.Equal(one.ToDoubles(), other.ToDoubles());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void LinearKeepsRowsOfOutputs()
    {
        var layer = new Linear(3, 2, Key);
        PyTorch.Import(layer, new Dictionary<string, Tensor>
        {
            ["weight"] = Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }), ["bias"] = Tensor.From([7f, 8f]),
        });
        // y = x · weightᵀ + bias.
        Assert.Equal([1 + 20 + 300 + 7, 4 + 50 + 600 + 8], layer.Forward(Tensor.From([1f, 10f, 100f])).ToDoubles());
        Assert.Equal([1, 2, 3, 4, 5, 6], PyTorch.Export(layer)[0].Value.ToDoubles());
        Assert.Single(PyTorch.Export(new Linear(3, 2, Key, hasBias: false)));
    }

    [Fact]
    public void EmbeddingAndLayerNormAreAsTheyAre()
    {
        var embedding = new Embedding(5, 2, Key);
        Assert.Equal(["e.weight [5, 2]"], PyTorch.Export(embedding, "e.").Select(tensor => $"{tensor.Name} {tensor.Value.Shape}"));
        Assert.Equal(["weight", "bias"], PyTorch.Export(new LayerNorm(3)).Select(tensor => tensor.Name));
        var norm = new LayerNorm(2);
        PyTorch.Import(norm, new Dictionary<string, Tensor> { ["weight"] = Tensor.From([2f, 3f]), ["bias"] = Tensor.From([4f, 5f]) });
        Assert.Equal([4 - 2, 5 + 3], norm.Forward(Tensor.From([-1f, 1f])).ToDoubles().Select(value => Math.Round(value, 4)));
    }

    [Fact]
    public void ACellHasNoLayerInItsNames() =>
        Assert.Equal(["weight_ih", "weight_hh", "bias_ih", "bias_hh"],
            PyTorch.Export(new GruCell(2, 3, Key, GruReset.AfterProduct)).Select(tensor => tensor.Name));

    [Fact]
    public void NothingIsChangedWhereSomethingDoesNotFit()
    {
        var cell = new LstmCell(3, 4, Key);
        double[][] before = [.. cell.Parameters.Select(parameter => parameter.ToDoubles())];
        var tensors = StateDictionary("LSTM", 1, 1, hasBias: true);
        tensors.Remove("weight_hh_l0");
        tensors["weight_ih_l0"] = Tensor.Zeros([12, 3]);
        Refused.With<ArgumentException>(
            "PyTorch.ImportRecurrent: weight_ih_l0 is [12, 3], [16, 3] is needed; weight_hh_l0 is missing.", () =>
                PyTorch.ImportRecurrent([cell], tensors));
        Assert.Equal(before, cell.Parameters.Select(parameter => parameter.ToDoubles()));
    }

    [Fact]
    public void WhatIsNotThereIsRefused()
    {
        Refused.With<ArgumentException>("PyTorch: its GRU resets after the product", () => PyTorch.Export(new GruCell(2, 3, Key)));
        Refused.With<ArgumentException>("PyTorch: there is no module for ElmanCell", () => PyTorch.Export(new ElmanCell(2, 3, 1, Key)));
        Refused.With<ArgumentException>(
            "PyTorch.ExportRecurrent: 3 cells do not make layers of 2 directions", () =>
                PyTorch.ExportRecurrent(Cells("RNN", 3, 1), directions: 2));
    }

    static Dictionary<string, Tensor> StateDictionary(string kind, int layers, int directions, bool hasBias)
    {
        var tensors = new Dictionary<string, Tensor>();
        bool isProjected = kind.EndsWith("projections", StringComparison.Ordinal);
        int rows = Units * (kind == "RNN" ? 1 : kind == "GRU" ? 3 : 4), outputs = isProjected ? Projection : Units;
        for (int layer = 0; layer < layers; layer++)
        {
            foreach (string suffix in (string[])(directions == 1 ? [$"_l{layer}"] : [$"_l{layer}", $"_l{layer}_reverse"]))
            {
                Add($"weight_ih{suffix}", [rows, layer == 0 ? Inputs : directions * outputs]);
                Add($"weight_hh{suffix}", [rows, outputs]);
                if (isProjected) Add($"weight_hr{suffix}", [Projection, Units]);
                if (!hasBias) continue;
                Add($"bias_ih{suffix}", [rows]);
                Add($"bias_hh{suffix}", [rows]);
            }
        }
        return tensors;

        void Add(string name, Shape shape) => tensors.Add(name, Key.For(name).Uniform(shape, -0.8, 0.8));
    }

    static Module[] Cells(string kind, int layers, int directions)
    {
        var cells = new Module[layers * directions];
        int outputs = kind.EndsWith("projections", StringComparison.Ordinal) ? Projection : Units;
        for (int i = 0; i < cells.Length; i++)
        {
            int inputs = i < directions ? Inputs : directions * outputs;
            cells[i] = kind switch
            {
                "RNN" => new RnnCell(inputs, Units, Key),
                "GRU" => new GruCell(inputs, Units, Key, GruReset.AfterProduct),
                "LSTM" => new LstmCell(inputs, Units, Key),
                _ => new ProjectedLstmCell(inputs, Units, Projection, Key),
            };
        }
        return cells;
    }

    static Tensor Forward(Module[] cells, int directions, Tensor x)
    {
        for (int i = 0; i < cells.Length; i += directions)
            x = cells[i] is Cell<Tensor> ? Layer<Tensor>(cells[i..(i + directions)], x) : Layer<LstmState>(cells[i..(i + directions)], x);
        return x;
    }

    static Tensor Layer<TState>(Module[] cells, Tensor x) => cells is [Cell<TState> forward, Cell<TState> backward]
        ? Bidirectional.Over(forward, backward).Forward(x)
        : Recurrent.Over((Cell<TState>)cells[0]).Forward(x);

    static double[,,] Numbers(Tensor x)
    {
        var numbers = new double[x.Shape[0], x.Shape[1], x.Shape[2]];
        for (int t = 0; t < x.Shape[0]; t++)
            for (int b = 0; b < x.Shape[1]; b++)
                for (int i = 0; i < x.Shape[2]; i++) numbers[t, b, i] = x.At(t, b, i);
        return numbers;
    }

    static void AssertNear(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.True(expected.ToDoubles().Zip(actual.ToDoubles(), (a, b) => Math.Abs(a - b)).Max() <= 1e-6);
    }

    sealed class Stack : Module
    {
        public Stack(RandomKey key)
        {
            (Lower, Upper, Head) = (new LstmCell(3, 4, key.For("lower")), new LstmCell(4, 4, key.For("upper")),
                new Linear(4, 2, key.For("head")));
            Part(Lower, "lower");
            Part(Upper, "upper");
            Part(Head, "head");
        }

        public LstmCell Lower { get; }

        public LstmCell Upper { get; }

        public Linear Head { get; }
    }
}
