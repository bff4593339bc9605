using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Decoding;

/// <summary>A stream gives what a new stream would: it follows what its cell is made of, parameters or not.</summary>
public class StreamFollowsTests
{
    static readonly float[] Input = [.. Enumerable.Range(0, 8).Select(i => i * 0.1f)];
    readonly Parameter weights = new("W", new RandomKey(3).Normal([8, 8], 0.3));

    public static TheoryData<string> Forms => ["as it is", "stopped", "norm", "copy", "number", "part of a copy"];

    Tensor Form(string name) => name switch
    {
        "as it is" => weights * 0.5,
        "stopped" => StopGradient(weights),
        "norm" => weights / Norm(StopGradient(weights)),
        "copy" => weights.Detach(),
        "number" => weights / weights.ToDoubles().Max(),
        _ => (weights * 2).Detach()[0..8],
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void WhatIsMadeOfAParameter(string form)
    {
        var cell = new FunctionCell<Tensor>((x, h) => Tanh(MatMul(x, Form(form)) + h) is var next ? (next, next) : default, 8);
        var stream = StreamingCell.Over(cell, 8);
        Assert.True(stream.IsRecorded);
        for (int i = 0; i < 3; i++)
        {
            weights.Assign(weights.Detach() * 1.5 + 0.1);
            stream.Reset();
            Assert.Equal(StreamingCell.Over(cell, 8).Step<float>(Input).ToArray(), stream.Step<float>(Input).ToArray());
        }
    }

    /// <summary>The state goes on where the parameters change between two steps.</summary>
    [Fact]
    public void TheStateGoesOn()
    {
        var cell = new FunctionCell<Tensor>((x, h) => Tanh(MatMul(x, weights.Detach()) + h) is var next ? (next, next) : default, 8);
        var stream = StreamingCell.Over(cell, 8);
        var state = Tensor.Zeros([1, 8]);
        for (int i = 0; i < 4; i++)
        {
            weights.Assign(weights.Detach() * 1.2);
            (_, state) = cell.Step(Tensor.From(Input, [1, 8]), state);
            Assert.Equal(state.ToArray<float>(), stream.Step<float>(Input).ToArray());
        }
    }

    [Fact]
    public void AReservoirThatIsLoaded()
    {
        var (cell, other) = (new EchoStateCell(2, 40, new RandomKey(1)), new EchoStateCell(2, 40, new RandomKey(2)));
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Snapshot.Save(file, ("cell", other));
            var stream = StreamingCell.Over(cell, 2);
            Snapshot.Load(file, ("cell", cell));
            Assert.Equal(StreamingCell.Over(other, 2).Step<float>([1, 2]).ToArray(), stream.Step<float>([1, 2]).ToArray());
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What is bound on a tape counts within its scope, and only there.</summary>
    [Fact]
    public void ParametersThatAreBound()
    {
        var cell = new GruCell(2, 8, new RandomKey(1));
        var stream = StreamingCell.Over(cell, 2);
        using (var tape = new Tape())
        {
            foreach (var parameter in cell.Parameters) tape.Bind(parameter, Tensor.Zeros(parameter.Shape));
            Assert.All(stream.Step<float>([1, 2]).ToArray(), y => Assert.Equal(0, y));
        }
        Assert.Equal(StreamingCell.Over(cell, 2).Step<float>([1, 2]).ToArray(), stream.Step<float>([1, 2]).ToArray());
    }
}
