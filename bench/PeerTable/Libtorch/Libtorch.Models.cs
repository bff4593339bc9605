using Autograd.Layers;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace Autograd.PeerTable;

static partial class Libtorch
{
    public static Side Language(int symbols, Size size) => new(Name, () =>
    {
        var (ourEmbedding, ourCell, ourHead) = Ours.LanguageModel(symbols, size);
        var embedding = nn.Embedding(symbols, size.Inputs);
        var network = nn.LSTM(size.Inputs, size.Hidden);
        var head = nn.Linear(size.Hidden, symbols);
        TorchNetwork.Fill(embedding, PyTorch.Export(ourEmbedding));
        TorchNetwork.Fill(network, PyTorch.ExportRecurrent([ourCell]));
        TorchNetwork.Fill(head, PyTorch.Export(ourHead));
        TorchSharp.Modules.Parameter[] parameters = [.. embedding.parameters(), .. network.parameters(), .. head.parameters()];
        var adam = optim.Adam(parameters, 3e-3);
        var tokens = Longs(Ours.Tokens(size.Time * size.Batch, symbols, 0)).reshape(size.Time, size.Batch);
        var labels = tokens.reshape(-1);
        TorchTensor Loss()
        {
            var logits = head.call(network.call(embedding.call(tokens)).Item1).reshape(-1, symbols);
            return nn.functional.cross_entropy(logits, labels);
        }
        return new(
            () =>
            {
                using var scope = NewDisposeScope();
                adam.zero_grad();
                Loss().backward();
                nn.utils.clip_grad_norm_(parameters, 5);
                adam.step();
            },
            () => Scalar(Loss));
    });

    public static Side Convolution(ConvolutionSize size) => new(Name, () =>
    {
        var layer = nn.Conv1d(size.Inputs, size.Outputs, size.Taps, dilation: size.Dilation);
        // Ours are [taps, inputs, outputs] from the latest step back; there, the last tap is of the latest step.
        using (no_grad()) layer.weight.copy_(Copy(Ours.Delays(size).Parameters[0]).flip(0).permute(2, 1, 0));
        using (no_grad()) layer.bias!.zero_();
        var x = nn.functional.pad(Copy(size.Input()).permute(1, 2, 0).contiguous(), [(size.Taps - 1) * size.Dilation, 0]);
        return Training(() => tanh(layer.call(x)), [.. layer.parameters()]);
    });

    /// <summary>The same as a product: oneDNN 3.7, which Conv1d calls, computes other numbers for long sequences with AVX-512.</summary>
    public static Side ConvolutionByProduct(ConvolutionSize size) => new($"{Name} product", () =>
    {
        var weight = Weight(Ours.Delays(size).Parameters[0]);
        var bias = zeros(size.Outputs, requires_grad: true);
        int before = (size.Taps - 1) * size.Dilation;
        var x = nn.functional.pad(Copy(size.Input()), [0, 0, 0, 0, before, 0]);
        TorchTensor Delayed(int tap) => x.narrow(0, before - tap * size.Dilation, size.Time);
        TorchTensor Outputs()
        {
            var taps = cat([.. Enumerable.Range(0, size.Taps).Select(Delayed)], -1).reshape(-1, size.Taps * size.Inputs);
            return tanh(addmm(bias, taps, weight.reshape(-1, size.Outputs), 1, 1));
        }
        return Training(Outputs, [weight, bias]);
    });

    public static Side Attention(AttentionSize size) => new(Name, () =>
    {
        var (cell, attention) = Ours.Decoder(size);
        TorchTensor x = Copy(size.Input()), annotations = Copy(size.Annotations()), h = zeros(size.Batch, size.Hidden);
        TorchTensor[] own = [.. attention.Parameters.Select(Weight)];
        TorchTensor[] gru = [.. PyTorch.Export(cell).Select(weight => Weight(weight.Value))];
        var (query, key, bias, score) = (own[0], own[1], own[2], own[3]);
        TorchTensor Outputs()
        {
            var keys = matmul(annotations, key) + bias;
            return TorchScripts.Call("attend", [x, h, keys, annotations, query, score, .. gru]);
        }
        return Training(Outputs, [.. own, .. gru]);
    });

    static TorchTensor Weight(Tensor value) => Copy(value).requires_grad_();

    public static Side Ctc(CtcSize size) => new(Name, () =>
    {
        var x = Copy(Ours.Logits(size));
        x.requires_grad = true;
        var targets = Longs(size.Targets()).reshape(size.Batch, size.Labels);
        var frames = full(size.Batch, size.Time, dtype: ScalarType.Int64);
        var lengths = full(size.Batch, size.Labels, dtype: ScalarType.Int64);
        TorchTensor Loss() => nn.functional.ctc_loss(x.log_softmax(2), targets, frames, lengths, reduction: nn.Reduction.Sum);
        return new(
            () =>
            {
                using var scope = NewDisposeScope();
                x.grad = null;
                Loss().backward();
            },
            () => Scalar(Loss));
    });

    /// <summary>A reservoir whose matrix is kept as compressed sparse rows, or with all of its zeros.</summary>
    public static Side Reservoir(ReservoirSize size, bool isSparse) => new($"{Name}, {(isSparse ? "sparse" : "dense")}", () =>
    {
        var (cell, drive) = Ours.Echo(size);
        // There, a state is a column.
        var w = Copy(cell.Recurrent).t().contiguous();
        if (isSparse) w = TorchScripts.Call("sparse_rows", w);
        TorchTensor input = Copy(cell.Input).reshape(size.Units, 1), u = Copy(drive), x = zeros(size.Units, 1, dtype: ScalarType.Float64);
        TorchTensor States() => TorchScripts.Call("echo", u * input, x, w);
        return new(
            () =>
            {
                using var scope = NewDisposeScope();
                using var pause = no_grad();
                States();
            },
            () => MeanSquare(States));
    });

    /// <summary>One step of a stream, whose state is carried on.</summary>
    public static Side Stream(Network network) => new(Name, () =>
    {
        var size = network.Size;
        var weights = PyTorch.ExportRecurrent(Kinds.Modules(network));
        var x = Copy(network.Input());
        TorchTensor[] Zeros(int count) => [.. Enumerable.Range(0, count).Select(_ => zeros(size.Layers, 1, size.Hidden))];
        if (network.Kind == Kinds.Gru)
        {
            var gru = nn.GRU(size.Inputs, size.Hidden, size.Layers);
            TorchNetwork.Fill(gru, weights);
            return Steps(Zeros(1), state => gru.call(x, state[0]) is var (_, h) ? [h] : []);
        }
        var lstm = nn.LSTM(size.Inputs, size.Hidden, size.Layers);
        TorchNetwork.Fill(lstm, weights);
        return Steps(Zeros(2), state => lstm.call(x, (state[0], state[1])) is var (_, h, c) ? [h, c] : []);
    });

    /// <summary>The same by the cell, which costs less around the arithmetic.</summary>
    public static Side CellStream(Network network) => new($"{Name} LSTMCell", () =>
    {
        var cell = nn.LSTMCell(network.Size.Inputs, network.Size.Hidden);
        TorchNetwork.Fill(cell, PyTorch.Export(Kinds.Modules(network)[0]));
        var x = Copy(network.Input())[0];
        TorchTensor[] start = [zeros(1, network.Size.Hidden), zeros(1, network.Size.Hidden)];
        return Steps(start, state => cell.call(x, (state[0], state[1])) is var (h, c) ? [h, c] : []);
    });

    static Work Steps(TorchTensor[] state, Func<TorchTensor[], TorchTensor[]> next)
    {
        void Step()
        {
            using var scope = NewDisposeScope();
            using var pause = no_grad();
            var made = next(state);
            foreach (var tensor in state) tensor.Dispose();
            state = [.. made.Select(tensor => tensor.DetachFromDisposeScope())];
        }
        return new(Step, () =>
        {
            Step();
            Step();
            Step();
            // Of the last layer: the output.
            return MeanSquare(() => state[0].select(0, -1));
        });
    }

    static double Scalar(Func<TorchTensor> loss)
    {
        using var scope = NewDisposeScope();
        using var pause = no_grad();
        return loss().item<float>();
    }
}
