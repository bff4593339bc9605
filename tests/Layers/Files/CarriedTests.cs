using Autograd.Data;
using Autograd.Layers;
using Autograd.Tests.Autodiff;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

/// <summary>
/// States between chunks, streams, rules that learn online, and what is learned without parameters: all of it goes on from a file.
/// </summary>
public sealed class CarriedTests : IDisposable
{
    static readonly RandomKey Key = new(5);

    readonly string file = Path.Combine(Directory.CreateTempSubdirectory("autograd").FullName, "x.safetensors");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    [Fact]
    public void AStateIsPutTogetherFromItsTensors()
    {
        var cell = Stacked.Of(new LstmCell(2, 3, Key), new LstmCell(3, 3, Key.For("upper")));
        var like = cell.First(1, ElementType.Float32);
        Tensor[] tensors = [.. Enumerable.Range(0, 4).Select(i => Tensor.Full([2, 3], i))];
        Assert.Equal(tensors, State.Tensors(State.From(like, tensors)));
        Expect.Mentions(Assert.Throws<ArgumentException>(() => State.From(like, tensors[1..])), "State.From", "4 tensors", "3 were given");
    }

    // Twelve layers have more tensors than one digit counts, and names are not in the order of numbers.
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void StatesOfStacksComeBack(int layers)
    {
        var cell = Stacked.Of([.. Enumerable.Range(0, layers).Select(i => new LstmCell(3, 3, Key.At(i)))]);
        var x = Key.For("x").Normal([4, 2, 3]);
        LayerStates<LstmState>? carried = Recurrent.Over(cell).Run(x).Final, loaded = null;
        Snapshot.Save(file, ("state", State.Carried(cell, () => carried, value => carried = value)));
        Snapshot.Load(file, ("state", State.Carried(cell, () => loaded, value => loaded = value)));
        Assert.Equal(State.Tensors(carried).SelectMany(t => t.ToDoubles()), State.Tensors(loaded!).SelectMany(t => t.ToDoubles()));
        LayerStates<LstmState>? none = null;
        Snapshot.Save(file, ("state", State.Carried(cell, () => none, value => none = value)));
        Snapshot.Load(file, ("state", State.Carried(cell, () => loaded, value => loaded = value)));
        Assert.Null(loaded);
        Expect.Mentions(
            Assert.Throws<ArgumentException>(() => State.Carried<LayerStates<LstmState>>(() => none, value => none = value)), "lists",
            "cell");
    }

    [Fact]
    public void AStateThatIsOneTensorComesBack()
    {
        Tensor? carried = Key.Normal([2, 3]), loaded = null;
        Snapshot.Save(file, ("state", State.Carried<Tensor>(() => carried, value => carried = value)));
        Snapshot.Load(file, ("state", State.Carried<Tensor>(() => loaded, value => loaded = value)));
        Assert.Equal(carried.ToDoubles(), loaded!.ToDoubles());
    }

    [Fact]
    public void HalfAStateIsRefusedAndNothingIsChanged()
    {
        LstmState? loaded = null;
        int steps = 1;
        Safetensors.Write(file, [("state.0", Tensor.Ones([1, 3]))], new Dictionary<string, string> { ["steps"] = "5" });
        var part = SavedState.Of(state =>
        {
            state.Add("steps", () => steps, value => steps = (int)value);
            state.Add("state", State.Carried(() => loaded, value => loaded = value));
        });
        Expect.Mentions(Assert.Throws<InvalidOperationException>(() => Snapshot.Load(file, ("", part))), "1 of the 2 tensors", "missing");
        Assert.Equal(1, steps);
        Assert.Null(loaded);
    }

    // The state was put back; then something else refuses: it is put back together as it was, all of its tensors.
    [Fact]
    public void AStateIsRestoredAsAWhole()
    {
        LstmState? saved = new LstmState(Tensor.Ones([1, 2]), Tensor.Full([1, 2], 2)),
            now = new LstmState(Tensor.Full([1, 2], 3), Tensor.Full([1, 2], 4));
        Snapshot.Save(file, ("state", State.Carried(() => saved, value => saved = value)), ("parameter", Part(new("w", Tensor.Ones([2])))));
        var parameter = new Parameter("w", Tensor.Zeros([2]));
        using (parameter.Change<float>())
            Assert.Throws<ParameterChangeException>(() =>
                Snapshot.Load(file, ("state", State.Carried(() => now, value => now = value)), ("parameter", Part(parameter))));
        Assert.Equal([3, 3, 4, 4], State.Tensors(now!.Value).SelectMany(tensor => tensor.ToDoubles()));

        static ISaved Part(Parameter parameter) => SavedState.Of(state => state.Add("w", parameter));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AStreamGoesOn(bool isRandom)
    {
        Cell<LstmState> Cell() => isRandom ? Zoneout.Around(new LstmCell(2, 3, Key), Key.For("zoneout"), 0.3, 0.3)
            : new LstmCell(2, 3, Key);
        var cells = (Cell(), Cell());
        if (isRandom) cells.Item1.Train(3);
        if (isRandom) cells.Item2.Train(3);
        var (first, second) = (StreamingCell.Over(cells.Item1, 2), StreamingCell.Over(cells.Item2, 2));
        float[] x = [0.3f, -0.4f];
        for (int t = 0; t < 5; t++) first.Step<float>(x);
        Snapshot.Save(file, ("stream", first));
        Snapshot.Load(file, ("stream", second));
        Assert.Equal(5, second.Time);
        for (int t = 0; t < 4; t++) Assert.Equal(first.Step<float>(x).ToArray(), second.Step<float>(x).ToArray());
    }

    [Theory]
    [InlineData("exact")]
    [InlineData("reach")]
    [InlineData("focused")]
    public void LearningOnlineGoesOnInTheMiddleOfASequence(string kind)
    {
        var x = Key.For("x").Normal([7, 2, 3]);
        var (whole, part, fresh) = (Rule(), Rule(), Rule());
        double[][] expected = Steps(whole, 0, 7);
        Steps(part, 0, 4);
        Snapshot.Save(file, ("rule", part));
        Snapshot.Load(file, ("rule", fresh));
        double[][] after = Steps(fresh, 4, 7);
        for (int t = 0; t < 3; t++) Assert.Equal(expected[4 + t], after[t]);
        // Before the first step there is nothing.
        Snapshot.Save(file, ("rule", Rule()));
        Snapshot.Load(file, ("rule", fresh));
        Assert.Throws<InvalidOperationException>(() => fresh.State);

        ForwardLearning<Tensor> Rule() => kind == "focused"
            ? new FocusedBackPropagation(new FocusedCell(3, 4, Key))
            : new RealTimeLearning<Tensor>(new GruCell(3, 4, Key), reach: kind == "reach" ? 1 : null);

        double[][] Steps(ForwardLearning<Tensor> rule, int from, int to) =>
        [
            .. Enumerable.Range(from, to - from).Select(t =>
                rule.Step(x[t], y => Sum(Square(y))).Gradients.SelectMany(gradient => gradient.ToDoubles()).ToArray()),
        ];
    }

    [Fact]
    public void AssociativeMemoriesAndSymbolCountsComeBack()
    {
        var patterns = Tensor.From(new[,] { { 1.0, -1, 1, -1, 1 }, { 1, 1, 1, -1, -1 } });
        var (network, other) = (new HopfieldNetwork(patterns), new HopfieldNetwork(Tensor.Ones([1, 5])));
        Snapshot.Save(file, ("network", network));
        Snapshot.Load(file, ("network", other));
        Assert.Equal(network.Weights.ToDoubles(), other.Weights.ToDoubles());
        Assert.Equal(network.Recall(patterns[0], Key).Energies, other.Recall(patterns[0], Key).Energies);

        int[] symbols = [.. Enumerable.Range(0, 200).Select(i => Key.Whole((uint)i, 3))];
        var machine = FractalPredictionMachine.Fit(symbols, 3, 7, Key, contraction: 0.4, smoothing: 0.5);
        var empty = new FractalPredictionMachine(3, 7);
        Assert.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0], empty.Predict([0, 1]));
        Snapshot.Save(file, ("machine", machine));
        Snapshot.Load(file, ("machine", empty));
        Assert.Equal(machine.Predict(symbols), empty.Predict(symbols));
        Assert.Equal(machine.NegativeLogLikelihood(symbols), empty.NegativeLogLikelihood(symbols));
        Expect.Mentions(
            Assert.Throws<TensorFileException>(() => Snapshot.Load(file, ("machine", new FractalPredictionMachine(3, 8)))), "codebook",
            "[8, 2]");
    }

    [Fact]
    public void ReadOutsAreSavedInDouble()
    {
        var (network, other) = (ReservoirNetwork.EchoState(1, 10, 1, Key), ReservoirNetwork.EchoState(1, 10, 1, Key.For("other")));
        var x = Key.For("u").Uniform([30, 1, 1], type: ElementType.Float64);
        network.Fit(x, x * 2 + 1.0 / 3, washout: 5, ridge: 1e-8);
        network.Save(file);
        other.Load(file);
        Assert.Contains(Safetensors.Read(file).Values, tensor => tensor.ElementType == ElementType.Float64);
        Assert.Equal(network.Run(x).Outputs.ToDoubles(), other.Run(x).Outputs.ToDoubles());
    }

    [Fact]
    public void AllOrNoneOfTheWeightsOfAnotherLibraryAreTaken()
    {
        var (from, to) = (new Linear(2, 3, Key), new Linear(2, 3, Key.For("other")));
        var tensors = PyTorch.Export(from).ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        double[] before = to.Parameters[0].ToDoubles();
        using (to.Parameters[1].Change<float>()) Assert.Throws<ParameterChangeException>(() => PyTorch.Import(to, tensors));
        Assert.Equal(before, to.Parameters[0].ToDoubles());
        using (to.Parameters[1].Change<float>()) Assert.Throws<ParameterChangeException>(() => to.CopyFrom(from));
        Assert.Equal(before, to.Parameters[0].ToDoubles());
        PyTorch.Import(to, tensors);
        Assert.Equal(from.Parameters[0].ToDoubles(), to.Parameters[0].ToDoubles());
    }
}
