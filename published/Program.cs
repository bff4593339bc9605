using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using Autograd;
using Autograd.Layers;
using Autograd.Published;

// Annotations here would keep what the library has to keep by itself.
[assembly: UnconditionalSuppressMessage(
    "Trimming", "IL2091", Scope = "module", Justification = "The functions below take cells and make no others.")]

// What a published program must do as well as any other: run cells of every kind of state, differentiate them, check the gradients, and
// refuse what is no state. The exit code is not 0 when anything failed. The last line is like the test runner's.
const int Units = 3;
var key = new RandomKey(7);
var x = key.For("x").Normal([4, 2, 2]);
int[] lengths = [4, 3];
int passed = 0, failed = 0;
double sum = 0;

Works("a tensor", new GruCell(2, Units, key));
Works("a record struct of the library", new LstmCell(2, Units, key));
Works("a tuple", new TraceCell(2, Units, key));
Works("a record struct", new TracesCell(2, Units, key));
Works("nested states", new NestedCell(2, Units, key));
Works("nine tensors in a tuple", new AnyCell<(Tensor, Tensor, Tensor, Tensor, Tensor, LstmState, Tensor, Tensor)>(2, Units, key));
Works("the layers of a stack", Stacked.Of(new LstmCell(2, Units, key), new LstmCell(Units, Units, key.For("upper"))));
Works("the state of a cell within a wrapper's", OutputFeedback.Around(new TracesCell(2 + Units, Units, key), Units, 1));
Works("an array", new AnyCell<Tensor[]>(2, Units, key, Units, Units));
Works("a list", new AnyCell<List<Tensor>>(2, Units, key, Units, Units));
Works("lists among others", new ListsCell(2, Units, key));
Report("a stream", Streams);
Report("a reservoir", RunsAReservoir);
Report("a number is no state", () => Refuses(new AnyCell<Counted>(2, Units, key), "Int32"));
Report("a text is no state", () => Refuses(new AnyCell<Named>(2, Units, key), "String"));
Report("a part whose fields are not kept", RefusesWhatItForgot);

string total = sum.ToString("F4", CultureInfo.InvariantCulture);
Console.WriteLine($"code can be made at run time: {RuntimeFeature.IsDynamicCodeSupported}; sum {total}");
Console.WriteLine($"{(failed == 0 ? "Passed" : "Failed")}!  - Failed: {failed,5}, Passed: {passed,5}");
return failed == 0 && passed > 0 ? 0 : 1;

void Report(string name, Func<string> test)
{
    try
    {
        Console.WriteLine($"ok     {name}: {test()}");
        passed++;
    }
    catch (Exception error)
    {
        Console.WriteLine($"FAILED {name}: {error}");
        failed++;
    }
}

void Works<TState>(string name, Cell<TState> cell) => Report(name, () =>
{
    var layer = Recurrent.Over(cell);
    var (value, gradients) = Loss(layer);
    var path = layer.LastPath;
    // Without a compiler there is a reason, whichever it is.
    Require(path.Execution == Execution.Compiled || path.Reason is { Length: > 0 }, "neither compiled nor a reason");
    Require(path.Execution == Execution.Compiled || !RuntimeFeature.IsDynamicCodeSupported, $"not compiled: {path.Reason}");
    layer.Execution = Execution.Eager;
    var (again, others) = Loss(layer);
    Require(Math.Abs(value - again) < 1e-4, $"{value} compiled, {again} operation by operation");
    for (int i = 0; i < gradients.Length; i++)
        foreach (var (one, other) in gradients[i].ToDoubles().Zip(others[i].ToDoubles()))
            Require(Math.Abs(one - other) < 1e-4, $"gradient {i}: {one} compiled, {other} operation by operation");
    GradientCheck.Run(cell, x, lengths).ThrowIfFailed();
    sum += value;
    return path.ToString();
});

(double Value, Tensor[] Gradients) Loss<TState>(Recurrent<TState> layer)
{
    using var tape = new Tape();
    var run = layer.Run(x, lengths);
    var squares = Functions.Sum(run.Outputs * run.Outputs);
    var loss = State.Tensors(run.Final).Aggregate(squares, (total, tensor) => total + Functions.Sum(tensor));
    return (loss.ToScalar(), [.. tape.Gradients(loss, layer.Parameters).Select(gradient => gradient.Detach())]);
}

string Streams()
{
    var cell = new LstmCell(2, Units, key);
    var whole = Recurrent.Over(cell).Run(x).Outputs;
    var stream = StreamingCell.Over(cell, 2, 2);
    float last = 0;
    for (int t = 0; t < 4; t++) last = stream.Step(Functions.At(x, t).AsSpan<float>())[^1];
    Require(Math.Abs(last - whole.At(3, 1, Units - 1)) < 1e-5, "a stream gives something else than a run");
    return "as a run";
}

string RunsAReservoir()
{
    var network = ReservoirNetwork.EchoState(1, 20, 1, key);
    var u = key.For("u").Normal([40, 1, 1], 1, ElementType.Float64);
    network.Fit(u, u * 2, 5, 1e-6);
    var run = network.Run(u);
    Require(Math.Abs(run.Outputs.At(39, 0, 0) - 2 * u.At(39, 0, 0)) < 1e-2, "a linear read-out does not find its factor");
    return "fits";
}

string Refuses<TState>(Cell<TState> cell, string named)
{
    string message = Refusal(cell) ?? throw new InvalidOperationException("it is not refused");
    Require(message.Contains(named, StringComparison.Ordinal), message);
    return message;
}

// Where the fields are known it is a state like any other.
string RefusesWhatItForgot()
{
    var cell = new AnyCell<(Forgotten, Tensor)>(2, Units, key);
    if (Refusal(cell) is not { } message)
    {
        GradientCheck.Run(cell, x, lengths).ThrowIfFailed();
        return "they are";
    }
    Require(!RuntimeFeature.IsDynamicCodeSupported && message.Contains(nameof(IStatePart), StringComparison.Ordinal), message);
    return message;
}

string? Refusal<TState>(Cell<TState> cell)
{
    try
    {
        Recurrent.Over(cell).Run(x);
        return null;
    }
    catch (ArgumentException error)
    {
        return error.Message;
    }
}

static void Require(bool condition, string otherwise)
{
    if (!condition) throw new InvalidOperationException(otherwise);
}
