using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using Autograd.Tests.Autodiff;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

/// <summary>What is trained can be kept, and goes on as if nothing had happened.</summary>
public sealed class SnapshotTests : IDisposable
{
    const int Inputs = 3, Units = 5, Time = 6;

    static readonly RandomKey Key = new(1);

    readonly string file = Path.Combine(Directory.CreateTempSubdirectory("autograd").FullName, "x.safetensors");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    [Fact]
    public void AModelComesBackToTheBit()
    {
        var (saved, other) = (new Model(Key), new Model(Key.For("other")));
        saved.Save(file);
        other.Load(file);
        Same(saved, other);
        Assert.Equal(saved.NamedParameters().Select(named => named.Path).Order(), Safetensors.Read(file).Keys.Order());
        var third = new Model(Key.For("third"));
        third.CopyFrom(saved);
        Same(saved, third);
        Expect.Mentions(Assert.Throws<ArgumentException>(() => third.CopyFrom(new Linear(2, 2, Key))), "CopyFrom", "missing");
    }

    [Fact]
    public void FixedWeightsBelongToAReservoir()
    {
        var x = Key.For("x").Normal([Time, 2, Inputs]);
        var (saved, other) =
            (Recurrent.Over(new EchoStateCell(Inputs, 20, Key)), Recurrent.Over(new EchoStateCell(Inputs, 20, Key.For("other"))));
        Assert.NotEqual(saved.Forward(x).ToDoubles(), other.Forward(x).ToDoubles());
        saved.Save(file);
        other.Load(file);
        Assert.Equal(saved.Forward(x).ToDoubles(), other.Forward(x).ToDoubles());
        var third = Recurrent.Over(new EchoStateCell(Inputs, 20, Key.For("third")));
        third.CopyFrom(saved);
        Assert.Equal(saved.Forward(x).ToDoubles(), third.Forward(x).ToDoubles());
    }

    [Fact]
    public void WhatDoesNotFitIsListedAndNothingIsChanged()
    {
        new Model(Key, Units + 1).Save(file);
        var model = new Model(Key.For("other"));
        double[] before = Numbers(model);
        var error = Assert.Throws<TensorFileException>(() => model.Load(file));
        Expect.Mentions(error, file, "recurrent.cell.", "[3, 6] in the file and [3, 5] here");
        Safetensors.Write(
            file, [("w", Tensor.Ones([2])), .. model.NamedParameters().Skip(1).Select(named => (named.Path, (Tensor)named.Parameter))]);
        Expect.Mentions(
            Assert.Throws<TensorFileException>(() => model.Load(file)), "Missing: " + model.NamedParameters().First().Path, "Extra: w");
        Assert.Equal(before, Numbers(model));
        model.Load(file, new LoadOptions { AllowsMissing = true, AllowsExtra = true });
        Assert.Equal(before, Numbers(model));
    }

    [Fact]
    public void ElementTypesAreConvertedOnRequest()
    {
        var linear = new Linear(2, 3, Key);
        Safetensors.Write(
            file, linear.NamedParameters().Select(named => (named.Path, named.Parameter.As(ElementType.Float64) + (1.0 / 3))));
        Expect.Mentions(Assert.Throws<TensorFileException>(() => linear.Load(file)), "F64 in the file", "F32 here");
        double[] expected = [.. Numbers(linear).Select(number => (double)(float)(number + (1.0 / 3)))];
        linear.Load(file, new LoadOptions { Converts = true });
        Assert.Equal(expected, Numbers(linear));
    }

    [Fact]
    public void ADamagedFileIsRefused()
    {
        var model = new Model(Key);
        model.Save(file);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^5] ^= 1;
        File.WriteAllBytes(file, bytes);
        double[] before = Numbers(model);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => model.Load(file)), "CRC-32C", "damaged");
        Assert.Equal(before, Numbers(model));
    }

    [Fact]
    public void WhatRefusesLeavesTheOthersAsTheyWere()
    {
        int steps = 3;
        var state = Tensor.Ones([2]);
        var parts = SavedState.Of(saved =>
        {
            saved.Add("steps", () => steps, value => steps = (int)value);
            saved.Add("state", () => state, value => state = value);
        });
        var linear = new Linear(2, 2, Key);
        Snapshot.Save(file, ("parts", parts), ("model", linear));
        (steps, state) = (7, Tensor.Zeros([2]));
        linear.Parameters[0].Change<float>(values => values.Clear());
        var refusing = SavedState.Of(saved =>
        {
            saved.Add("", parts);
            // The last of all.
            saved.Add("~", () => "", _ => throw new InvalidOperationException("no"));
        });
        Assert.Throws<TensorFileException>(() => Snapshot.Load(file, ("parts", refusing), ("model", linear)));
        Snapshot.Save(file, ("parts", refusing), ("model", new Linear(2, 2, Key)));
        (steps, state) = (9, Tensor.Full([2], 5));
        Assert.Equal(
            "no", Assert.Throws<InvalidOperationException>(() => Snapshot.Load(file, ("parts", refusing), ("model", linear))).Message);
        Assert.Equal((9, 5), (steps, state.At(0)));
        Assert.All(linear.Parameters[0].ToDoubles(), value => Assert.Equal(0, value));
        using (linear.Parameters[1].Change<float>())
            Assert.Throws<ParameterChangeException>(() => Snapshot.Load(file, new LoadOptions { AllowsExtra = true }, ("model", linear)));
        Assert.All(linear.Parameters[0].ToDoubles(), value => Assert.Equal(0, value));
        Snapshot.Load(file, new LoadOptions { AllowsExtra = true }, ("parts", parts), ("model", linear));
        Assert.Equal((7, 0), (steps, state.At(0)));
        Assert.Equal(new Linear(2, 2, Key).Parameters[0].ToDoubles(), linear.Parameters[0].ToDoubles());
    }

    [Fact]
    public void OneNameForTwoThingsIsAnError()
    {
        var (one, two) = (new Linear(2, 2, Key), new Linear(2, 2, Key.For("two")));
        Expect.Mentions(
            Assert.Throws<ArgumentException>(() => Snapshot.Save(file, ("", one), ("", two))), "name", one.NamedParameters().First().Path);
        Snapshot.Save(file, ("a", one), ("b", two));
        Assert.Contains("b." + one.NamedParameters().First().Path, Safetensors.Read(file).Keys);
    }

    public static TheoryData<string> OptimizerNames => ["Sgd", "Adam", "AdamW", "RmsProp", "Adagrad"];

    static Optimizer Create(string name, IReadOnlyList<Parameter> parameters) => name switch
    {
        "Sgd" => new Sgd(parameters, new WarmUp(new Cosine(0.1, 20), 3), momentum: 0.9),
        "Adam" => new Adam(parameters, new Cosine(0.01, 20)) { Clipping = Clipping.GlobalNorm(1) },
        "AdamW" => new AdamW(parameters, 0.01),
        "RmsProp" => new RmsProp(parameters, 0.01),
        _ => new Adagrad(parameters, 0.1),
    };

    // Dropout by step, a carried state, shuffled batches: all that a run consists of.
    [Theory]
    [MemberData(nameof(OptimizerNames))]
    public void ARunGoesOnAsIfNothingHadHappened(string optimizer)
    {
        var whole = new Run(optimizer, Key);
        for (int i = 0; i < 14; i++) whole.Step();
        foreach (int stop in (int[])[0, 1, 5, 13])
        {
            var first = new Run(optimizer, Key);
            for (int i = 0; i < stop; i++) first.Step();
            Snapshot.Save(file, ("run", first));
            // Nothing of it is left but the file.
            var second = new Run(optimizer, Key.For("other"));
            Snapshot.Load(file, ("run", second));
            for (int i = stop; i < 14; i++) second.Step();
            Assert.Equal(whole.Numbers, second.Numbers);
        }
        var other = optimizer == "Adam" ? "Sgd" : "Adam";
        Expect.Mentions(Assert.ThrowsAny<Exception>(() => Snapshot.Load(file, ("run", new Run(other, Key)))), optimizer == "AdamW" ? "AdamW"
            : "optimizer");
    }

    static void Same(Model expected, Model actual) => Assert.Equal(Numbers(expected), Numbers(actual));

    static double[] Numbers(Module module) => [.. module.Parameters.SelectMany(parameter => parameter.ToDoubles())];

    sealed class Model : Module
    {
        public Model(RandomKey key, int units = Units)
        {
            Recurrent = Part(Autograd.Layers.Recurrent.Over(new LstmCell(Inputs, units, key)), "recurrent");
            Dropout = Part(new Dropout(0.3, key.For("dropout")), "dropout");
            Head = Part(new Linear(units, 1, key.For("head")), "head");
        }

        public Recurrent<LstmState> Recurrent { get; }

        public Dropout Dropout { get; }

        public Linear Head { get; }
    }

    sealed class Run : ISaved
    {
        readonly Model model;
        readonly Optimizer optimizer;
        readonly ShuffledBatches batches;
        LstmState? carried;

        public Run(string name, RandomKey key)
        {
            // The masks and the order are of the run, the weights may be anything.
            model = new Model(Key);
            foreach (var parameter in model.Parameters) parameter.Assign(key.For(parameter.Name).Normal(parameter.Shape, 0.3));
            if (key != Key) model.Parameters[0].Change<float>(values => values.Fill(7));
            optimizer = Create(name, model.Parameters);
            batches = new ShuffledBatches(7, 2, Key.For("order"));
        }

        public double[] Numbers =>
            [.. SnapshotTests.Numbers(model),
            .. optimizer.State.SelectMany(state => state.Slots.SelectMany(slot => state[slot].ToDoubles()))];

        public void Describe(SavedState state)
        {
            state.Add("model", model);
            state.Add("optimizer", optimizer);
            state.Add("batches", batches);
            state.Add("carried", State.Carried(() => carried, value => carried = value));
        }

        public void Step()
        {
            var x = Key.For("data").Normal([7, Time, Inputs]);
            model.Train((int)optimizer.Steps);
            using var tape = new Tape();
            var batch = Permute(GatherRows(x, batches.Next()), 1, 0, 2);
            var run = carried is { } state ? model.Recurrent.Run(batch, state) : model.Recurrent.Run(batch);
            var loss = Mean(Square(model.Head.Forward(model.Dropout.Forward(run.Outputs)) - 1));
            optimizer.Step(tape.Gradients(loss, model.Parameters));
            carried = State.Detach(run.Final);
        }
    }
}
