namespace Autograd.PeerTable;

/// <summary>What is recorded while a function is timed.</summary>
enum Recording
{
    Off,
    On,
    WithGradients,
}

/// <summary>The arguments of a function, the same numbers for every library.</summary>
sealed record Arguments(int[][] Shapes, ElementType Type = ElementType.Float32)
{
    /// <summary>Numbers of a normal distribution; a scalar is ½, which long sums of products keep bounded.</summary>
    public Tensor[] Values() =>
    [
        .. Shapes.Select((shape, i) => shape.Length == 0 ? Tensor.Scalar(0.5, Type)
            : Ours.Key.For($"{i}").Normal(Shape.Create(shape), 1, Type)),
    ];

    public override string ToString() =>
        string.Join(", ", Shapes.Select(shape => shape.Length == 0 ? "scalar" : Shape.Create(shape).ToString()));
}

static partial class Ours
{
    /// <summary>A function by itself: its value where nothing is recorded, or recorded, or its gradients by all of its arguments.</summary>
    public static Side Of(Func<Tensor[], Tensor> function, Arguments arguments, Recording recording) => new(Name, () =>
    {
        var x = arguments.Values();
        return new(
            () =>
            {
                using var tape = new Tape();
                Results(tape, function, x, recording);
            },
            () =>
            {
                using var tape = new Tape();
                return Results(tape, function, x, recording).Sum(SumOfSquares);
            });
    });

    static Tensor[] Results(Tape tape, Func<Tensor[], Tensor> function, Tensor[] x, Recording recording)
    {
        if (recording == Recording.Off)
        {
            using var pause = tape.Pause();
            return [function(x)];
        }
        Tensor[] watched = [.. x.Select(tape.Watch)];
        var y = function(watched);
        return recording == Recording.On ? [y] : tape.Gradients(y, watched);
    }
}
