using System.Diagnostics;
using BenchmarkDotNet.Attributes;

namespace Autograd.Bench;

/// <summary>
/// Operations on [32, 128], the state of a usual batch, under a tape and with its recording; times are per element. A tape is begun and
/// ended for a hundred operations, so that its memory is reused and neither counts.
/// </summary>
public class ElementwiseSuite
{
    const int Rows = 32, Columns = 128, Repetitions = 100, Elements = Rows * Columns * Repetitions;

    static readonly HashSet<ElementType> Warm = [];

    Parameter x = null!, y = null!, bias = null!;

    /// <summary>The element type.</summary>
    [Params(ElementType.Float32, ElementType.Float64)]
    public ElementType Type { get; set; }

    /// <summary>Fills the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        x = new("x", SuiteData.Tensor([Rows, Columns], Type));
        y = new("y", SuiteData.Tensor([Rows, Columns], Type));
        bias = new("bias", SuiteData.Tensor([Columns], Type));
        if (Warm.Add(Type)) WarmUp();
    }

    /// <summary>x + y.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void Add() => Repeat(() => x + y);

    /// <summary>x + bias, broadcast over rows.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void AddBias() => Repeat(() => x + bias);

    /// <summary>x ⊙ y.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void Multiply() => Repeat(() => x * y);

    /// <summary>x / y.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void Divide() => Repeat(() => x / y);

    /// <summary>eˣ.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void Exp() => Repeat(() => Functions.Exp(x));

    /// <summary>σ(x).</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void Sigmoid() => Repeat(() => Functions.Sigmoid(x));

    /// <summary>tanh x.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void Tanh() => Repeat(() => Functions.Tanh(x));

    /// <summary>Sum of everything.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void Sum() => Repeat(() => Functions.Sum(x));

    /// <summary>Sums of columns: the gradient of a bias.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void SumColumns() => Repeat(() => Functions.Sum(x, 0));

    /// <summary>Sums of rows.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void SumRows() => Repeat(() => Functions.Sum(x, -1));

    /// <summary>Logarithm of the softmax of each row.</summary>
    [Benchmark(OperationsPerInvoke = Elements)]
    public void LogSoftmax() => Repeat(() => Functions.LogSoftmax(x));

    // The vector functions are ten times slower until the runtime has compiled them for the third time, and the first ones measured would
    // show that.
    void WarmUp()
    {
        Action[] all = [Add, AddBias, Multiply, Divide, Exp, Sigmoid, Tanh, Sum, SumColumns, SumRows, LogSoftmax];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 2)
            foreach (var operation in all) operation();
    }

    static void Repeat(Func<Tensor> operation)
    {
        using var tape = new Tape();
        for (int i = 0; i < Repetitions; i++) operation();
    }
}
