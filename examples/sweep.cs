#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:property PublishAot=false

// Which cell learns the adding problem fastest? Three kinds with equally many parameters, three seeds each, on all processors. Kill it and
// start it again: it goes on with the runs that are missing. Table and curves are in sweep.html.
//   dotnet run -c Release examples/sweep.cs

using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;

const int Parameters = 1500, Time = 20, Steps = 300;

var kinds = new (string Name, Func<int, RandomKey, Model> Build)[]
{
    ("rnn", (units, key) => new Model<Tensor>(new RnnCell(2, units, key), units, key)),
    ("gru", (units, key) => new Model<Tensor>(new GruCell(2, units, key), units, key)),
    ("lstm", (units, key) => new Model<LstmState>(new LstmCell(2, units, key), units, key)),
};
var sweep = new Sweep<Func<int, RandomKey, Model>>(kinds, seeds: 3, run =>
{
    int units = ParameterMatch.Size(Parameters, size => run.Setting(size, run.Key).ParameterCount);
    var model = run.Setting(units, run.Key);
    run.ParameterCount = model.ParameterCount;
    var held = AddingProblem.Batch(run.Key.For("held"), Time, 128);
    var optimizer = new Adam(model.Parameters, 0.01) { Clipping = Clipping.GlobalNorm(1) };
    var loop = new TrainingLoop(optimizer, step => model.Loss(AddingProblem.Batch(run.Key.For("task").At((int)step), Time, 32)))
    {
        Validation = () => model.Loss(held).ToScalar(),
        ValidateEvery = 20,
    };
    return loop.Run(Steps, run.Progress, run.Cancellation).Best!.Value;
})
{ File = "sweep.jsonl" };

using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    cancel.Cancel();
};
var table = sweep.Run(new ToConsole(), cancel.Token);
Console.WriteLine(table);
File.WriteAllText("sweep.html", table.ToHtml("Adding problem, 20 steps"));

/// <summary>A recurrent layer and a read-out of its last output.</summary>
abstract class Model : Module
{
    public abstract Tensor Loss(ValuedSequences task);
}

sealed class Model<TState> : Model
{
    readonly Recurrent<TState> layer;
    readonly Linear head;

    public Model(Cell<TState> cell, int units, RandomKey key)
    {
        Part(out layer, Recurrent.Over(cell));
        Part(out head, new Linear(units, 1, key.For("head")));
    }

    public override Tensor Loss(ValuedSequences task) =>
        Autograd.Layers.Loss.MeanSquaredError(head.Forward(layer.Forward(task.Inputs)[^1]), task.Targets);
}

sealed class ToConsole : IProgress<SweepProgress>
{
    public void Report(SweepProgress value) => Console.Error.WriteLine(value);
}
