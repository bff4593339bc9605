#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:property PublishAot=false

// Checks the gradients of a cell, finds errors planted in one, reports what cannot be decided, and draws it.
//   dotnet run -c Release examples/gradient-check.cs [FOLDER FOR THE PICTURES]

using Autograd;
using Autograd.Layers;
using static Autograd.Functions;

var key = new RandomKey(1);
var x = key.For("x").Normal([6, 2, 3]);

Console.WriteLine("A gated unit whose squasher has a derivative rule of its own:");
var right = new SquashCell(3, 4, key, new Squash(isWrong: false));
Console.WriteLine(GradientCheck.Run(right, x, lengths: [6, 4]));

Console.WriteLine();
Console.WriteLine("The same with an error in the rule: 1 − y instead of 1 − y².");
var wrong = new SquashCell(3, 4, key, new Squash(isWrong: true));
var report = GradientCheck.Run(wrong, x, lengths: [6, 4]);
Console.WriteLine(report);

Console.WriteLine();
Console.WriteLine("The operation alone, which is where the error is:");
Console.WriteLine(GradientCheck.Run(new Squash(isWrong: true), [key.For("operand").Normal([3])]));

Console.WriteLine();
Console.WriteLine(
    "At a kink the sides decide; at the edge of a domain, the inside. Large arguments and steep functions have steps of their own:");
Console.WriteLine(GradientCheck.Run(x => Relu(x) * Exp(x), Tensor.Zeros([2], ElementType.Float64), new() { Order = 1 }));
foreach (var (name, function, at) in new (string, Func<Tensor, Tensor>, double)[]
         { ("log at 1e-4", Log, 1e-4), ("sin at 1e6", Sin, 1e6), ("tanh(1e5 x) at 1e-5", x => Tanh(1e5 * x), 1e-5),
             ("1/x at 1e-3", Reciprocal, 1e-3) })
    Console.WriteLine($"{name,-20} {GradientCheck.Run(function, Tensor.From([at])).ToString().Split('\n')[0]}");

Console.WriteLine();
Console.WriteLine("Rounding to single precision inside hides the derivative; a parameter on which nothing depends is no pass:");
Console.WriteLine(
    GradientCheck.Run(
    x => Exp(x.As(ElementType.Float32)).As(ElementType.Float64), Tensor.From([0.3]), new() { Order = 1, StepFree = false }));
var (used, forgotten) = (new Parameter("W", key.Normal([2])), new Parameter("U", key.Normal([2])));
Console.WriteLine(GradientCheck.Run(() => Tanh(used), [used, forgotten], new() { Order = 1, StepFree = false }));

Console.WriteLine();
Console.WriteLine("Many points at once:");
var points = Enumerable.Range(0, 20).Select(i => new[] { key.At(i).Normal([3]) });
Console.WriteLine(GradientCheck.AtPoints(x => Softmax(x[0]), points));

Save("check-wrong.svg", report.ToSvg());
Draw("v-curve-right.svg", "Right rule: a deep V", right);
Draw("v-curve-wrong.svg", "Wrong rule: a floor at the size of its error", wrong);
return report.Verdict == Verdict.Fail ? 0 : 1;

void Draw(string file, string title, SquashCell cell)
{
    var recurrent = Recurrent.Over(cell);
    var curve = GradientCheck.Curve(inputs => recurrent.Forward(inputs[0]), [x], cell.Parameters);
    Save(file, curve.ToSvg(title));
    Console.WriteLine(FormattableString.Invariant($"least relative error {curve.Best:G2}"));
}

void Save(string file, string svg)
{
    string path = Path.Combine(args.Length > 0 ? args[0] : Path.GetTempPath(), file);
    File.WriteAllText(path, svg);
    Console.WriteLine(path);
}

/// <summary>tanh, with its value and its derivatives stated by hand.</summary>
sealed class Squash(bool isWrong) : CustomOperation
{
    public override Tensor Value(ReadOnlySpan<Tensor> operands) => Tanh(operands[0]);

    public override Tensor Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => cotangent * Slope(result);

    public override Tensor Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        tangents[0]! * Slope(result);

    Tensor Slope(Tensor y) => isWrong ? 1 - y : 1 - y * y;
}

/// <summary>Minimal gated unit (Zhou, Wu, Zhang and Zhou 2016) with a given squasher.</summary>
sealed class SquashCell : Cell<Tensor>
{
    readonly Parameter Wf, Rf, Bf, Wh, Rh, Bh;
    readonly Squash squash;

    public SquashCell(int inputs, int hidden, RandomKey key, Squash squash) : base(key, hidden)
    {
        this.squash = squash;
        Weight(out Wf, inputs, hidden); Weight(out Rf, hidden, hidden); Bias(out Bf, hidden);
        Weight(out Wh, inputs, hidden); Weight(out Rh, hidden, hidden); Bias(out Bh, hidden);
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        var f = Sigmoid(MatMul(x, Wf) + MatMul(h, Rf) + Bf);
        var next = (1 - f) * h + f * squash.Apply(MatMul(x, Wh) + MatMul(f * h, Rh) + Bh);
        return (next, next);
    }
}
