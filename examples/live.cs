#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:package Spectre.Console
#:property PublishAot=false

// A training to watch: in the terminal, and in a browser as live.html, a page that loads itself again while the run goes on. At the end the
// page stands still, and run.json beside it has what it takes to do the run again.
//   dotnet run -c Release examples/live.cs [FOLDER]

using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using Spectre.Console;
using static System.FormattableString;

const int Steps = 400, Time = 20;

string folder = args is [var given, ..] ? given : ".";
Directory.CreateDirectory(folder);
var key = new RandomKey(1);
var layer = Recurrent.Over(new LstmCell(2, 24, key));
var head = new Linear(24, 1, key.For("head"));
Tensor LossOf(ValuedSequences task) => Loss.MeanSquaredError(head.Forward(layer.Forward(task.Inputs)[^1]), task.Targets);

var held = AddingProblem.Batch(key.For("held"), Time, 256);
var optimizer = new Adam([.. layer.Parameters, .. head.Parameters], 0.01) { Clipping = Clipping.GlobalNorm(1) };
var loop = new TrainingLoop(optimizer, step => LossOf(AddingProblem.Batch(key.For("task").At((int)step), Time, 32)))
{
    Validation = () => LossOf(held).ToScalar(),
    ValidateEvery = 20,
};
var run = new RunRecord("Adding problem, live", ("units", "24"), ("time", $"{Time}"), ("steps", $"{Steps}"), ("seed", "1"));

var validations = new List<TrainingProgress>();
AnsiConsole.Live(new Text("starting")).Start(screen => loop.Run(Steps, TrainingProgress.To(run, TrainingProgress.To(at =>
{
    if (at.Validation is null) return;
    validations.Add(at);
    screen.UpdateTarget(Picture());
    screen.Refresh();
    File.WriteAllText(Path.Combine(folder, "live.html"), run.ToHtml(reload: 2));
}))));
run.Finish(optimizer.Parameters);
run.Save(folder);
File.WriteAllText(Path.Combine(folder, "live.html"), run.ToHtml());
AnsiConsole.WriteLine(Invariant($"best {loop.Best.Value:F4}; {Path.Combine(folder, "live.html")}"));

// The last validations as bars, and the numbers of the last step under them.
Rows Picture()
{
    var at = validations[^1];
    var bars = new BarChart().Label("validation, in thousandths").Width(60);
    foreach (var one in validations.TakeLast(12)) bars.AddItem(Invariant($"step {one.Step}"), Math.Round(1000 * one.Validation!.Value, 1));
    return new Rows(bars, new Text(at.ToString()));
}
