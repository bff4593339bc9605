using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Bench;

/// <summary>Trainings of small models, one for each kind of layer, whose weights are hashed together.</summary>
static class HashedTraining
{
    const int Time = 11, Batch = 5, Features = 7, Hidden = 19, Symbols = 9;

    static readonly RandomKey Key = new(1);

    static readonly int[] Lengths = [11, 3, 7, 11, 1];

    public static ulong Run(Execution execution)
    {
        ulong hash = 14695981039346656037;
        foreach (var (model, loss) in Models(execution))
        {
            var optimizer = new Adam(model.Parameters, 1e-2) { Clipping = Clipping.GlobalNorm(1) };
            for (int step = 0; step < 20; step++)
            {
                using var tape = new Tape();
                optimizer.Step(tape.Gradients(loss(Key.For("inputs").At(step).Normal([Time, Batch, Features])), model.Parameters));
            }
            hash = model.Parameters.Aggregate(hash, Hash);
        }
        foreach (long? budget in new long?[] { null, 100_000 }) hash = Hash(hash, Ragged(execution, budget));
        return Hash(Hash(hash, Reservoir()), Radius());
    }

    // The losses are means over outputs, softmax over symbols, and alignments, so that all of these are hashed too.
    static IEnumerable<(Module Model, Func<Tensor, Tensor> Loss)> Models(Execution execution)
    {
        yield return Sequence(new RnnCell(Features, Hidden, Key));
        yield return Sequence(new GruCell(Features, Hidden, Key));
        yield return Sequence(new GruCell(Features, Hidden, Key, GruReset.AfterProduct));
        yield return Sequence(new LstmCell(Features, Hidden, Key));
        yield return Sequence(new PeepholeLstmCell(Features, Hidden, Key));
        yield return Sequence(new FullPeepholeLstmCell(Features, Hidden, Key));
        yield return Sequence(new CoupledLstmCell(Features, Hidden, Key));
        yield return Sequence(new ProjectedLstmCell(Features, Hidden, 5, Key));
        yield return Sequence(new LayerNormLstmCell(Features, Hidden, Key));
        yield return Sequence(new LayerNormGruCell(Features, Hidden, Key));
        yield return Sequence(Zoneout.Around(new LstmCell(Features, Hidden, Key), Key, 0.1, 0.1));
        yield return Sequence(VariationalDropout.Around(new GruCell(Features, Hidden, Key), Key, 0.2, 0.2));
        yield return Sequence(Stacked.Of(new LstmCell(Features, Hidden, Key), new LstmCell(Hidden, Hidden, Key)));
        yield return Sequence(new RnnCell(Features, Hidden, Key, x => Functions.Softplus(x) - Functions.Gelu(x) + Functions.Sin(x)));
        yield return Tagger();
        yield return Attention(execution);

        (Module, Func<Tensor, Tensor>) Sequence<TState>(Cell<TState> cell)
        {
            var layer = Recurrent.Over(cell, InitialState.Learned);
            layer.Execution = execution;
            return (layer, x => Functions.Mean(Functions.Square(layer.Forward(x, Lengths) - 0.3)));
        }

        (Module, Func<Tensor, Tensor>) Tagger()
        {
            var layer = Bidirectional.Over(new LstmCell(Features, Hidden, Key), new LstmCell(Features, Hidden, Key.For("backward")));
            layer.Execution = execution;
            var (dropout, norm, head) = (new Dropout(0.1, Key), new LayerNorm(2 * Hidden), new Linear(2 * Hidden, Symbols, Key));
            int[] labels = [.. Enumerable.Range(0, Time * Batch).Select(i => i % Symbols)];
            int[][] texts = [[1, 2, 3], [4], [5, 5], [6, 7, 8, 1], [2]];
            return (new Parts(layer, dropout, norm, head), x =>
            {
                var logits = head.Forward(norm.Forward(dropout.Forward(layer.Forward(x))));
                return Loss.CrossEntropy(Functions.Reshape(logits, -1, Symbols), labels)
                    + 0.01 * Functions.Sum(Ctc.NegativeLogLikelihood(logits, texts));
            }
            );
        }
    }

    // The encoder's outputs are read by a decoder.
    static (Module, Func<Tensor, Tensor>) Attention(Execution execution)
    {
        var encoder = Recurrent.Over(new GruCell(Features, Hidden, Key.For("encoder")));
        var attention = new AdditiveAttention(Hidden, Hidden, 6, Key.For("attention"));
        var cell = new LstmCell(Features + Hidden, Hidden, Key.For("decoder"));
        encoder.Execution = execution;
        return (new Parts(encoder, attention, cell), x =>
        {
            var decoder =
                Recurrent.Over(new AttentionCell<LstmState>(cell, attention.Over(encoder.Forward(x, Lengths), Lengths), attention));
            decoder.Execution = execution;
            return Functions.Mean(Functions.Square(decoder.Forward(x) + 0.2));
        }
        );
    }

    // Lengths, units and a budget for which the parts in which sequences run depend closely on what a row is reckoned to cost and to keep.
    static Tensor Ragged(Execution execution, long? budget)
    {
        const int Steps = 40, Units = 33;
        var layer = Recurrent.Over(new PeepholeLstmCell(Features, Units, Key.For("ragged")));
        (layer.Execution, layer.MemoryBudget) = (execution, budget);
        using var tape = new Tape();
        var outputs = layer.Forward(Key.For("ragged inputs").Normal([Steps, Batch, Features]), [1, 8, 15, 22, 29]);
        var gradients = tape.Gradients(Functions.Sum(Functions.Square(outputs)), layer.Parameters);
        return Functions.Concatenate(0, [.. gradients.Select(gradient => Functions.Reshape(gradient, -1))]).Detach();
    }

    // An echo state network whose read-out is fitted at once.
    static Tensor Reservoir()
    {
        var network = ReservoirNetwork.EchoState(Features, 40, 2, Key);
        var x = Key.For("reservoir").Normal([60, 1, Features]);
        network.Fit(x, Functions.Slice(x, 2, 0, 2), washout: 10, ridge: 1e-6);
        return network.Run(x).Outputs;
    }

    // Large enough for the way that large reservoirs take.
    static Tensor Radius() =>
        Tensor.Scalar(LinearAlgebra.SpectralRadius(Key.For("radius").Normal([450, 450], 1, ElementType.Float64)), ElementType.Float64);

    // FNV-1a over the elements' bits.
    static ulong Hash(ulong hash, Tensor tensor)
    {
        foreach (double element in tensor.ToDoubles())
            hash = (hash ^ BitConverter.DoubleToUInt64Bits(element)) * 1099511628211;
        return hash;
    }

    sealed class Parts : Module
    {
        public Parts(params Module[] parts)
        {
            foreach (var part in parts) Part(part, part.GetType().Name);
        }
    }
}
