using System.Diagnostics;
using System.Text.Json;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>Times gradient checks of two bidirectional peephole layers; prints a line of JSON for each mode.</summary>
static class CheckCommand
{
    const int Time = 12, Batch = 3, Inputs = 8, Hidden = 16;

    static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    static readonly RandomKey Key = new(1);

    public static void Run()
    {
        var model = new Sequential(Layer(Inputs, "lower"), Layer(2 * Hidden, "upper"));
        var x = Key.For("x").Normal([Time, Batch, Inputs]);
        Check(model, x, new() { Mode = CheckMode.Projected });
        foreach (var options in new GradientCheckOptions[] { new() { Mode = CheckMode.Projected }, new() { Mode = CheckMode.Sampled },
            new() })
            Console.WriteLine(JsonSerializer.Serialize(Check(model, x, options), Format));
    }

    static Bidirectional<LstmState> Layer(int inputs, string name) => Bidirectional.Over(
        new PeepholeLstmCell(inputs, Hidden, Key.For(name + " forward")),
        new PeepholeLstmCell(inputs, Hidden, Key.For(name + " backward")));

    static Line Check(Sequential model, Tensor x, GradientCheckOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        var report = GradientCheck.Run(inputs => model.Forward(inputs[0]), [x], model.Parameters, options);
        return new Line(
            options.Mode.ToString(), options.Order, model.ParameterCount, report.Comparisons.Count, report.Verdict.ToString(),
            Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3));
    }

    sealed record Line(string Mode, int Order, int Parameters, int Comparisons, string Verdict, double Seconds);
}
