#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Data/Data.csproj
#:property PublishAot=false

// An echo state network: fixed random dynamics of which only the read-out is learned, by one linear regression. It learns to go on with a
// chaotic series (Mackey and Glass 1977) by itself, as Jaeger and Haas (2004) did.
//   dotnet run -c Release examples/reservoir.cs [PICTURE.svg]

using Autograd;
using Autograd.Data;
using Autograd.Layers;
using static System.FormattableString;

const int Fitted = 2000, Washout = 200, Forecast = 300;

var key = new RandomKey(1);
double[] series = MackeyGlass.Generate(Fitted + Forecast, key.For("series"));
double mean = series.Average(), deviation = Math.Sqrt(series.Average(y => (y - mean) * (y - mean)));

// No input: the network's output is fed back, while it is fitted the true one.
var network = ReservoirNetwork.EchoState(
    inputs: 0, units: 400, outputs: 1, key.For("network"),
    new EchoStateOptions { SpectralRadius = 0.95, Leak = 0.9, Feedback = 1, FeedbackScaling = 0.7, BiasScaling = 0.2 });
var targets = Tensor.From([.. series.Take(Fitted).Select(Standard)]).Reshape(Fitted, 1, 1);
var fit = network.Fit(Empty(Fitted), targets, Washout, ridge: 1e-8);
double inFit = Error(fit.Outputs.ToDoubles().Skip(Washout), series.Take(Fitted).Skip(Washout));
Console.WriteLine(Invariant($"one step ahead, while fitted: {inFit:E2} of the deviation"));

// From here on it runs on its own outputs.
double[] said = network.Run(Empty(Forecast), fit.Final).Outputs.ToDoubles();
double[] truth = series[Fitted..];
foreach (int steps in (int[])[50, 84, 150, 300])
    Console.WriteLine(Invariant($"{steps,3} steps on its own:           {Error(said.Take(steps), truth.Take(steps)):F4} of the deviation"));

if (args is [var picture, ..])
{
    double[] time = [.. Enumerable.Range(0, Forecast).Select(t => (double)t)];
    var chart = new Chart("Mackey-Glass, on its own", "steps after the last that was seen", "series");
    chart.Line("true", time, truth).Dashed("network", time, said.Select(y => y * deviation + mean));
    File.WriteAllText(picture, chart.ToSvg());
}

double Standard(double y) => (y - mean) / deviation;

static Tensor Empty(int steps) => Tensor.Zeros([steps, 1, 0], ElementType.Float64);

// The root of the mean squared error; the series is measured in deviations.
double Error(IEnumerable<double> standardized, IEnumerable<double> values) =>
    Math.Sqrt(standardized.Zip(values, (s, y) => s - Standard(y)).Average(error => error * error));
