#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:property PublishAot=false

// First steps: the gradient of a formula; of parameters, on a tape; a second derivative; a line fitted; and a gradient that is checked.
//   dotnet run -c Release examples/gradient.cs

using Autograd;
using Autograd.Optimizers;
using static System.FormattableString;
using static Autograd.Functions;

// 1. The gradient of a formula. d(x tanh x) = tanh x + x (1 - tanh² x)
var x = Tensor.From([0.5, -1.0, 2.0]);
Console.WriteLine($"gradient of sum(x tanh x): {Differentiate.Gradient(v => Sum(v * Tanh(v)), x)}");
Console.WriteLine($"by hand:                   {Tanh(x) + x * (1 - Tanh(x) * Tanh(x))}");

// 2. Second derivatives: those of sum(x³) are 6x, on the diagonal.
Console.WriteLine($"Hessian of sum(x³):\n{Differentiate.Hessian(v => Sum(v * v * v), x)}");

// 3. With a tape: what is computed while it lives is recorded, and swept backward from any result.
var slope = new Parameter("slope", Tensor.From([0.0]));
var intercept = new Parameter("intercept", Tensor.From([0.0]));
using (var tape = new Tape())
{
    var loss = Loss();
    var gradients = tape.Gradients(loss, [slope, intercept]);
    Console.WriteLine(Invariant($"loss {loss.ToScalar():F3}, gradients {gradients[0].ToScalar():F3} and {gradients[1].ToScalar():F3}"));
}

// 4. Gradients make steps: the line through y = 2 t - 1.
var optimizer = new Adam([slope, intercept], 0.1);
for (int step = 0; step < 300; step++)
{
    using var tape = new Tape();
    optimizer.Step(tape.Gradients(Loss(), optimizer.Parameters));
}
Console.WriteLine(Invariant($"after {optimizer.Steps} steps: y = {slope.Detach().ToScalar():F3} t + {intercept.Detach().ToScalar():F3}"));

// 5. Is a gradient right? The checker compares it with differences of the function, of first and second order.
var report = GradientCheck.Run(inputs => Sum(inputs[0] * Tanh(inputs[0])), [x]);
Console.WriteLine(report.ToString().Split('\n')[0]);
report.ThrowIfFailed();

Tensor Loss()
{
    var t = Tensor.From([-1.0, 0.0, 1.0, 2.0]);
    var difference = slope * t + intercept - (2 * t - 1);
    return Mean(difference * difference);
}
