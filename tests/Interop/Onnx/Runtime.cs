using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Autograd.Interop;

/// <summary>Runs a written model in ONNX Runtime, on one thread.</summary>
sealed class Runtime : IDisposable
{
    readonly InferenceSession session;

    public Runtime(byte[] model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1, InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR
        };
        session = new InferenceSession(model, options);
    }

    public Tensor[] Run(params (string Name, object Value)[] inputs)
    {
        using var results = session.Run([.. inputs.Select(input => Value(input.Name, input.Value))]);
        return [.. results.Select(Read)];
    }

    public void Dispose() => session.Dispose();

    static NamedOnnxValue Value(string name, object value) => value switch
    {
        Tensor { ElementType: ElementType.Float32 } tensor => Create(name, tensor.ToArray<float>(), tensor.Shape.Lengths.ToArray()),
        Tensor tensor => Create(name, tensor.ToArray<double>(), tensor.Shape.Lengths.ToArray()),
        int[] lengths => Create(name, Array.ConvertAll(lengths, length => (long)length), [lengths.Length]),
        int[,] tokens => Create(name, [.. tokens.Cast<int>().Select(token => (long)token)], [tokens.GetLength(0), tokens.GetLength(1)]),
        _ => throw new ArgumentException($"{name} is a {value.GetType()}."),
    };

    static NamedOnnxValue Create<T>(string name, T[] elements, int[] lengths) =>
        NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(elements, lengths));

    static Tensor Read(DisposableNamedOnnxValue value) => value.Value switch
    {
        DenseTensor<float> tensor => Tensor.From<float>(tensor.ToArray(), Shape.Create(tensor.Dimensions)),
        DenseTensor<double> tensor => Tensor.From<double>(tensor.ToArray(), Shape.Create(tensor.Dimensions)),
        _ => throw new InvalidOperationException($"{value.Name} is a {value.Value.GetType()}."),
    };
}

/// <summary>Agreement of results.</summary>
static class Agree
{
    /// <summary>Each element within 10⁻⁵ of the largest one that is expected.</summary>
    public static void Within(Tensor expected, Tensor actual, string what, double share = 1e-5)
    {
        Assert.True(expected.Shape == actual.Shape, $"{what}: {expected.Shape} here, {actual.Shape} there.");
        double[] here = expected.ToDoubles(), there = actual.ToDoubles();
        double largest = here.Select(Math.Abs).DefaultIfEmpty(0).Max();
        double worst = here.Zip(there, (a, b) => Math.Abs(a - b)).DefaultIfEmpty(0).Max();
        Assert.True(worst <= share * largest, $"{what}: they differ by {worst:G3}, the largest is {largest:G3}.");
        Assert.True(largest > 0 || here.Length == 0, $"{what}: all is 0, which shows nothing.");
    }
}
