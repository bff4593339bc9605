using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace Autograd.PeerTable;

/// <summary>The sides of libtorch, by way of TorchSharp.</summary>
static partial class Libtorch
{
    const string Name = "libtorch";

    public static void Begin(int threads)
    {
        OldLibrary.MakeLoadable();
        set_num_interop_threads(1);
        set_num_threads(threads);
        random.manual_seed(1);
    }

    /// <summary>Forward, the mean of the squared outputs, and its gradients.</summary>
    public static Side Train(Network network) => new(Name, () =>
    {
        var x = Copy(network.Input());
        if (network.HasInputGradient) x.requires_grad = true;
        var layers = TorchNetwork.Of(network, x, isTrained: true);
        return Training(() => layers.Forward(x), network.HasInputGradient ? [.. layers.Parameters, x] : layers.Parameters);
    });

    /// <summary>An LSTM by its cell: oneDNN 3.7, which libtorch's layer calls, computes other numbers for few units with AVX-512.</summary>
    public static Side TrainByCell(Network network) => new($"{Name} lstm_cell", () =>
    {
        var x = Copy(network.Input());
        var cells = TorchNetwork.OfCells(network);
        return Training(() => cells.Forward(x), cells.Parameters);
    });

    static Work Training(Func<TorchTensor> outputs, TorchTensor[] sources) => new(
        () =>
        {
            using var scope = NewDisposeScope();
            Forget(sources);
            var y = outputs();
            (y * y).mean().backward();
        },
        () => MeanSquare(outputs));

    static void Forget(TorchTensor[] sources)
    {
        foreach (var source in sources) source.grad = null;
    }

    public static Side Infer(Network network) => new(Name, () =>
    {
        var x = Copy(network.Input());
        var layers = TorchNetwork.Of(network, x, isTrained: false);
        return new(
            () =>
            {
                using var scope = NewDisposeScope();
                using var pause = no_grad();
                layers.Forward(x);
            },
            () => MeanSquare(() => layers.Forward(x)));
    });

    /// <summary>A function by itself: its value without gradients, or its gradients by all of its arguments.</summary>
    public static Side Of(Func<TorchTensor[], TorchTensor> function, Arguments arguments, bool hasGradients) => new(Name, () =>
    {
        TorchTensor[] x = [.. arguments.Values().Select(Copy)];
        return hasGradients ? Gradients(function, x) : new(
            () =>
            {
                using var scope = NewDisposeScope();
                using var pause = no_grad();
                function(x);
            },
            () =>
            {
                using var scope = NewDisposeScope();
                return SumOfSquares(function(x));
            });
    });

    static Work Gradients(Func<TorchTensor[], TorchTensor> function, TorchTensor[] x)
    {
        foreach (var argument in x) argument.requires_grad = true;
        void Run()
        {
            using var scope = NewDisposeScope();
            Forget(x);
            function(x).backward();
        }
        return new(Run, () =>
        {
            Run();
            return x.Sum(argument => argument.grad is { } gradient ? SumOfSquares(gradient) : 0);
        });
    }

    /// <summary>The same numbers, in memory of libtorch.</summary>
    public static TorchTensor Copy(Tensor x)
    {
        long[] shape = [.. x.Shape.Lengths.ToArray().Select(length => (long)length)];
        using var elements = x.ElementType == ElementType.Float32 ? tensor(x.ToArray<float>()) : tensor(x.ToArray<double>());
        // A copy, since the first has the alignment of the array.
        return elements.reshape(shape).clone();
    }

    public static TorchTensor Longs(int[] numbers) => tensor(Array.ConvertAll(numbers, number => (long)number));

    /// <summary>As <see cref="Ours.MeanSquare"/>.</summary>
    static double MeanSquare(Func<TorchTensor> outputs)
    {
        using var scope = NewDisposeScope();
        using var pause = no_grad();
        var y = outputs();
        return SumOfSquares(y) / y.numel();
    }

    static double SumOfSquares(TorchTensor x) => x.to(ScalarType.Float64).square().sum().item<double>();
}
