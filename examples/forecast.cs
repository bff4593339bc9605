#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:property PublishAot=false

// A forecast with intervals: a GRU says three quantiles of what comes next, and the share of truths between the outer two is counted.
//   dotnet run -c Release examples/forecast.cs [PICTURE.svg]

using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static System.FormattableString;
using static Autograd.Functions;

const int Window = 40, Horizon = 12;

// A chaotic series, seen through noise.
var key = new RandomKey(3);
double[] series = MackeyGlass.Generate(3000, key.For("series"));
double[] noise = key.For("noise").Normal([series.Length], 0.05, ElementType.Float64).ToDoubles();
for (int t = 0; t < series.Length; t++) series[t] += noise[t];
var train = new SeriesWindows(series.AsSpan(0, 2000), Window, Horizon);
var (heldInputs, heldTargets) = new SeriesWindows(series.AsSpan(2000, 500), Window, Horizon).All();
var (testInputs, testTargets) = new SeriesWindows(series.AsSpan(2500), Window, Horizon).All();

var layer = Recurrent.Over(new GruCell(1, 32, key));
var head = new Linear(32, 3 * Horizon, key.For("head"));
double[] quantiles = [0.05, 0.5, 0.95];

var optimizer = new Adam([.. layer.Parameters, .. head.Parameters], 0.005) { Clipping = Clipping.GlobalNorm(1) };
var loop = new TrainingLoop(optimizer, step =>
{
    var draws = key.For("batch").At((int)step);
    var (inputs, targets) = train.Batch([.. Enumerable.Range(0, 32).Select(i => draws.Whole((uint)i, train.Count))]);
    return Loss.Pinball(Said(inputs), targets, quantiles);
})
{
    Validation = () => Loss.Pinball(Said(heldInputs), heldTargets, quantiles).ToScalar(),
    ValidateEvery = 50,
    Stopping = new EarlyStopping(patience: 5),
};
Console.WriteLine(loop.Run(600, TrainingProgress.To(at => Console.Error.Write(at.Validation is null ? "" : $"{at}\n"))));

var forecast = Said(testInputs);
double[] truth = testTargets.ToDoubles(), low = Quantile(0), middle = Quantile(1), high = Quantile(2);
int inside = truth.Index().Count(at => low[at.Index] <= at.Item && at.Item <= high[at.Index]);
double error = truth.Index().Average(at => Math.Abs(at.Item - middle[at.Index]));
Console.WriteLine(Invariant($"{100.0 * inside / truth.Length:F1} % of the truths lie in the intervals of 90 %; mean error {error:F3}"));

if (args is [var picture, ..])
{
    int batch = testTargets.Shape[1], last = Horizon - 1;
    double[] At(double[] values) => [.. Enumerable.Range(0, 200).Select(b => values[last * batch + b])];
    double[] time = [.. Enumerable.Range(0, 200).Select(t => (double)t)];
    var chart = new Chart($"Mackey-Glass with noise, {Horizon} steps ahead", "step", "series");
    chart.Band("median, and 90 %", time, At(middle), At(low), At(high)).Points("true", time, At(truth));
    File.WriteAllText(picture, chart.ToSvg());
}

// [horizon, batch, quantiles] of [window, batch, 1].
Tensor Said(Tensor inputs) => Permute(head.Forward(layer.Forward(inputs)[^1]).Reshape(-1, Horizon, 3), 1, 0, 2);

double[] Quantile(int index) => [.. forecast.ToDoubles().Where((_, i) => i % 3 == index)];
