using System.Runtime.CompilerServices;

namespace Autograd.PropertyTests;

/// <summary>Derivatives of a function on a tape of their own, as plain numbers.</summary>
static class Derivatives
{
    /// <summary>Jᵀu for every input.</summary>
    public static double[][] Gradients(
        Func<IReadOnlyList<Tensor>, Tensor> function, Tensor[] inputs, Func<Shape, Tensor> seed, bool record = false)
    {
        using var tape = new Tape();
        foreach (var input in inputs) tape.Watch(input);
        var result = function(inputs);
        return Numbers(OrZero(tape, result, seed(result.Shape).As(result.ElementType), inputs, record));
    }

    /// <summary>The sweep, also of a result that depends on nothing: a recorded gradient that is constant, say.</summary>
    public static Tensor[] OrZero(Tape tape, Tensor result, Tensor seed, Tensor[] inputs, bool record = false)
    {
        if (tape.NumberOf(result) >= 0) return tape.Gradients([result], [seed], inputs, record);
        return Array.ConvertAll(inputs, input => Tensor.Zeros(input.Shape, input.ElementType));
    }

    /// <inheritdoc cref="OrZero"/>
    public static Tensor TangentOrZero(Tape tape, Tensor result, Tensor[] inputs, Tensor[] tangents, bool record = false)
    {
        if (tape.NumberOf(result) >= 0) return tape.Tangents([result], inputs, tangents, record)[0];
        return Tensor.Zeros(result.Shape, result.ElementType);
    }

    public static double[][] Numbers(Tensor[] tensors) => Array.ConvertAll(tensors, tensor => tensor.ToDoubles());

    /// <summary>The largest finite number that appears on the tape of the function and of its recorded gradient; at least 1.</summary>
    public static double Scale(Trial trial)
    {
        using var tape = new Tape();
        foreach (var input in trial.Inputs) tape.Watch(input);
        var result = trial.Function(trial.Inputs);
        OrZero(tape, result, Directions.Of(result.Shape), trial.Inputs, record: true);
        return Scale(tape);
    }

    /// <summary>The largest finite number on a tape; at least 1.</summary>
    public static double Scale(Tape tape) =>
        Entries(tape).Select(entry => entry.Result).SelectMany(tensor => tensor.ToDoubles()).Where(double.IsFinite).Select(Math.Abs)
        .Append(1).Max();

    /// <summary>What a tape recorded: the operation (none for what comes from outside) and each result of every entry.</summary>
    public static List<(RecordedOperation? Operation, Tensor Result)> Entries(Tape tape)
    {
        var entries = new List<(RecordedOperation?, Tensor)>();
        for (int i = 0; i < tape.Memory.EntryCount; i++)
            foreach (var result in tape.Memory.ResultsOf(i))
                entries.Add((tape.Memory.OperationOf(i), result));
        return entries;
    }
}

/// <summary>Fixed random directions for seeds and tangents.</summary>
static class Directions
{
    public static Tensor Of(Shape shape) => Of(shape, 0);

    public static Tensor Of(Shape shape, int number) => new RandomKey(7).At(number).Normal(shape, type: ElementType.Float64);
}
