using TorchSharp;
using TorchParameter = TorchSharp.Modules.Parameter;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace Autograd.PeerTable;

/// <summary>The sides of libtorch, by way of TorchSharp.</summary>
static class Libtorch
{
    const string Name = "libtorch";

    public static void Begin(int threads)
    {
        OldLibrary.MakeLoadable();
        set_num_interop_threads(1);
        set_num_threads(threads);
        random.manual_seed(1);
    }

    public static Side Train(string kind, Size size) => new(Name, () =>
    {
        var (forward, parameters) = Network(kind, size);
        var x = randn(size.Time, size.Batch, size.Inputs);
        return () =>
        {
            using var scope = NewDisposeScope();
            foreach (var parameter in parameters) parameter.grad = null;
            var y = forward(x);
            (y * y).mean().backward();
        };
    });

    public static Side Infer(string kind, Size size) => new(Name, () =>
    {
        var (forward, _) = Network(kind, size);
        var x = randn(size.Time, size.Batch, size.Inputs);
        return () =>
        {
            using var scope = NewDisposeScope();
            using var pause = no_grad();
            forward(x);
        };
    });

    static (Func<TorchTensor, TorchTensor> Forward, TorchParameter[] Parameters) Network(string kind, Size size)
    {
        switch (kind)
        {
            case "lstm":
                var lstm = nn.LSTM(size.Inputs, size.Hidden, size.Layers);
                return (x => lstm.call(x).Item1, [.. lstm.parameters()]);
            case "gru":
                var gru = nn.GRU(size.Inputs, size.Hidden, size.Layers);
                return (x => gru.call(x).Item1, [.. gru.parameters()]);
            default:
                var rnn = nn.RNN(size.Inputs, size.Hidden, size.Layers);
                return (x => rnn.call(x).Item1, [.. rnn.parameters()]);
        }
    }

    public static Side Language(int symbols, Size size) => new(Name, () =>
    {
        var embedding = nn.Embedding(symbols, size.Inputs);
        var network = nn.LSTM(size.Inputs, size.Hidden);
        var head = nn.Linear(size.Hidden, symbols);
        TorchParameter[] parameters = [.. embedding.parameters(), .. network.parameters(), .. head.parameters()];
        var adam = optim.Adam(parameters, 3e-3);
        var tokens = Longs(Ours.Tokens(size.Time * size.Batch, symbols, 0)).reshape(size.Time, size.Batch);
        var labels = tokens.reshape(-1);
        return () =>
        {
            using var scope = NewDisposeScope();
            adam.zero_grad();
            var logits = head.call(network.call(embedding.call(tokens)).Item1).reshape(-1, symbols);
            nn.functional.cross_entropy(logits, labels).backward();
            nn.utils.clip_grad_norm_(parameters, 5);
            adam.step();
        };
    });

    public static Side Ctc(int time, int batch, int classes, int labels) => new(Name, () =>
    {
        var x = randn(time, batch, classes);
        x.requires_grad = true;
        var targets = Longs(Ours.Tokens(batch * labels, classes - 1, 1)).reshape(batch, labels);
        var (frames, lengths) = (full(batch, time, dtype: ScalarType.Int64), full(batch, labels, dtype: ScalarType.Int64));
        return () =>
        {
            using var scope = NewDisposeScope();
            x.grad = null;
            nn.functional.ctc_loss(x.log_softmax(2), targets, frames, lengths, reduction: nn.Reduction.Sum).backward();
        };
    });

    public static Side Of(Func<TorchTensor[], TorchTensor> function, params int[][] shapes) => new(Name, () =>
    {
        TorchTensor[] x = [.. shapes.Select(shape => randn([.. shape.Select(length => (long)length)]))];
        return () =>
        {
            using var scope = NewDisposeScope();
            using var pause = no_grad();
            function(x);
        };
    });

    static TorchTensor Longs(int[] numbers) => tensor(Array.ConvertAll(numbers, number => (long)number));
}
