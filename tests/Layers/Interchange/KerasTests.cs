using Autograd.Layers;

namespace Autograd.Tests.Layers;

/// <summary>Keras' layouts, in terms of PyTorch's: its documentation has the same equations with the blocks elsewhere.</summary>
public class KerasTests
{
    static readonly RandomKey Key = new(22);

    // Blocks of columns i, f, c, o there; of rows i, f, g, o in PyTorch.
    [Fact]
    public void AnLstmIsPyTorchsTurned()
    {
        var cell = Filled(new LstmCell(3, 4, Key));
        var (keras, torch) = (Named(Keras.Export(cell)), Named(PyTorch.Export(cell)));
        Assert.Equal(Turned(torch["weight_ih"]), keras["kernel"].ToDoubles());
        Assert.Equal(Turned(torch["weight_hh"]), keras["recurrent_kernel"].ToDoubles());
        Assert.Equal(torch["bias_ih"].ToDoubles(), keras["bias"].ToDoubles());
    }

    // z, r, h there; r, z, n in PyTorch, with the same meaning of z.
    [Fact]
    public void AGruHasItsGatesInAnotherOrder()
    {
        var cell = Filled(new GruCell(3, 2, Key, GruReset.AfterProduct));
        var (keras, torch) = (Named(Keras.Export(cell)), Named(PyTorch.Export(cell)));
        int[] order = [2, 3, 0, 1, 4, 5];
        Assert.Equal(order.Select(row => torch["weight_hh"].At(row, 1)),
            Enumerable.Range(0, 6).Select(column => keras["recurrent_kernel"].At(1, column)));
        Assert.Equal(order.Select(row => torch["bias_ih"].At(row)), Enumerable.Range(0, 6).Select(column => keras["bias"].At(0, column)));
        Assert.Equal(order.Select(row => torch["bias_hh"].At(row)), Enumerable.Range(0, 6).Select(column => keras["bias"].At(1, column)));
    }

    // reset_after=False, in plain numbers, of one unit: z·h + (1 − z)·tanh(x·W + (r·h)·U + b).
    [Fact]
    public void AGruThatResetsBeforeTheProduct()
    {
        var cell = new GruCell(1, 1, Key);
        var tensors = new Dictionary<string, Tensor>
        {
            ["kernel"] = Tensor.From(new float[,] { { 0.3f, -0.2f, 0.7f } }),
            ["recurrent_kernel"] = Tensor.From(new float[,] { { 0.5f, 0.4f, -0.6f } }),
            ["bias"] = Tensor.From([0.1f, 0.2f, -0.3f]),
        };
        Keras.Import(cell, tensors);
        double x = 0.9, h = -0.8, z = Sigmoid(0.3 * x + 0.5 * h + 0.1), r = Sigmoid(-0.2 * x + 0.4 * h + 0.2);
        double expected = z * h + (1 - z) * Math.Tanh(0.7 * x - 0.6 * r * h - 0.3);
        Assert.Equal(expected,
            cell.Step(Tensor.From(new float[,] { { 0.9f } }), Tensor.From(new float[,] { { -0.8f } })).Output.ToScalar(), 6);
        Assert.Equal(tensors["kernel"].ToDoubles(), Keras.Export(cell)[0].Value.ToDoubles());
    }

    [Fact]
    public void EveryLayerComesBack()
    {
        Module[] layers =
        [
            new Linear(3, 2, Key), new Linear(3, 2, Key, hasBias: false), new Embedding(4, 2, Key), new LayerNorm(3),
            new RnnCell(3, 2, Key), new LstmCell(3, 2, Key),
            new GruCell(3, 2, Key), new GruCell(3, 2, Key, GruReset.AfterProduct),
        ];
        foreach (var layer in layers)
        {
            Filled(layer);
            double[][] before = [.. layer.Parameters.Select(parameter => parameter.ToDoubles())];
            var tensors = Named(Keras.Export(layer, "layer/"));
            foreach (var parameter in layer.Parameters) parameter.Assign(Tensor.Zeros(parameter.Shape));
            Keras.Import(layer, tensors, "layer/");
            Assert.Equal(before, layer.Parameters.Select(parameter => parameter.ToDoubles()));
        }
    }

    [Fact]
    public void WhatIsNotThereIsRefused() =>
        Refused.With<ArgumentException>("Keras: there is no layer for ElmanCell", () => Keras.Export(new ElmanCell(2, 3, 1, Key)));

    static TModule Filled<TModule>(TModule module)
        where TModule : Module
    {
        foreach (var (path, parameter) in module.NamedParameters()) parameter.Assign(Key.For(path).Normal(parameter.Shape));
        return module;
    }

    static Dictionary<string, Tensor> Named(IReadOnlyList<(string Name, Tensor Value)> tensors) =>
        tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value);

    static double[] Turned(Tensor matrix) => Functions.Transpose(matrix).ToDoubles();

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
