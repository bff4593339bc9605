#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:property PublishAot=false

// Recurrent layers without a loop: four published models on scans, each compared with its equations step by step.
//   dotnet run -c Release examples/scans.cs

using Autograd;
using static Autograd.Functions;

const int Time = 64, Width = 8, States = 4;
var key = new RandomKey(1);

// minGRU (Feng et al. 2024): h[t] = (1 − z[t]) ⊙ h[t − 1] + z[t] ⊙ c[t], where neither gate nor candidate sees h.
Tensor gate = Sigmoid(Data("gate", Time, Width)), candidate = Data("candidate", Time, Width);
Compare("minGRU", LinearScan(1 - gate, gate * candidate), h => t => (1 - gate[t]) * h + gate[t] * candidate[t]);

// A selective state space (Gu and Dao 2023): S[t] = e^(Δ[t]·A) ⊙ S[t − 1] + Δ[t]·x[t] ⊗ B[t], read with C[t].
Tensor delta = Softplus(Data("delta", Time, Width, 1)), a = -Exp(Data("A", Width, States)), b = Data("B", Time, 1, States);
Tensor input = Data("x", Time, Width, 1), readOut = Data("C", Time, States, 1);
Tensor decay = Exp(delta * a), drive = delta * input * b;
var spaces = LinearScan(decay, drive);
Compare("selective state space", spaces, s => t => decay[t] * s + drive[t]);
Console.WriteLine($"  its outputs: {MatMul(spaces, readOut).Shape}");

// The linear recurrent unit (Orvieto et al. 2023): complex numbers as pairs of tensors, and their product as the associative function.
Tensor angle = Data("angle", Width), size = Sigmoid(Data("size", Width) + 2), re = size * Cos(angle), im = size * Sin(angle);
Tensor driveRe = Data("re", Time, Width), driveIm = Data("im", Time, Width), ones = Tensor.Ones([Time, 1], ElementType.Float64);
var unit = AssociativeScan.Run(Complex, [ones * re, ones * im, driveRe, driveIm], verify: true);
Compare("linear recurrent unit", Concatenate(1, unit[2], unit[3]), h => t =>
{
    Tensor x = Slice(h, 0, 0, Width), y = Slice(h, 0, Width, Width);
    return Concatenate(0, re * x - im * y + driveRe[t], re * y + im * x + driveIm[t]);
});

// Sums with exponential gates, as in the sLSTM (Beck et al. 2024): c[t] = e^f[t]·c[t − 1] + e^i[t]·z[t]. They leave the range of
// numbers, so a place is (f, m, c·e^−m) with the largest exponent so far as m; c/n is read, where n is the same sum with z = 1.
Tensor forget = Data("f", Time, Width), insert = 200 * Data("i", Time, Width), z = Data("z", Time, Width);
var stable = AssociativeScan.Run(Stabilised, [forget, insert, z, Tensor.Ones(z.Shape, ElementType.Float64)], verify: true);
var mean = stable[2] / stable[3];
Console.WriteLine(
    $"sLSTM's sums: exponents up to {Max(stable[1]).ToScalar():F0}, all results finite: {mean.ToDoubles().All(double.IsFinite)}");

// One entry of the tape, whatever the length; and gradients of gradients.
Tensor longFactor = Sigmoid(Data("long", 100_000, 2)), longInput = Data("long input", 100_000, 2);
using var tape = new Tape();
tape.Watch(longFactor);
tape.Watch(longInput);
var loss = Mean(Square(LinearScan(longFactor, longInput)));
var gradient = tape.Gradients(loss, [longFactor], record: true)[0];
var second = tape.Gradients(Sum(Square(gradient)), [longInput])[0];
Console.WriteLine($"100,000 steps: loss {loss.ToScalar():F4}, norm of a second gradient {Norm(second).ToScalar():E2}");

Tensor Data(string name, params ReadOnlySpan<int> shape) => key.For(name).Normal(Shape.Create(shape), 1, ElementType.Float64);

static Tensor[] Complex(Tensor[] first, Tensor[] second)
{
    var (x, y) = (second[0], second[1]);
    return
    [
        x * first[0] - y * first[1], x * first[1] + y * first[0],
        x * first[2] - y * first[3] + second[2], x * first[3] + y * first[2] + second[3],
    ];
}

static Tensor[] Stabilised(Tensor[] first, Tensor[] second)
{
    var before = second[0] + first[1];
    var m = Maximum(before, second[1]);
    Tensor earlier = Exp(before - m), later = Exp(second[1] - m);
    return [first[0] + second[0], m, first[2] * earlier + second[2] * later, first[3] * earlier + second[3] * later];
}

static void Compare(string name, Tensor scanned, Func<Tensor, Func<int, Tensor>> step)
{
    // Before the first step there is nothing.
    var (state, worst) = (Tensor.Zeros(scanned[0].Shape, ElementType.Float64), 0.0);
    for (int t = 0; t < scanned.Shape[0]; t++)
    {
        state = step(state)(t);
        worst = Math.Max(worst, Max(Abs(state - scanned[t])).ToScalar());
    }
    double scale = Max(Abs(scanned)).ToScalar();
    if (worst > 64 * scanned.Shape[0] * 2.2e-16 * scale) throw new InvalidOperationException($"{name}: {worst} from the equations.");
    Console.WriteLine($"{name}: {scanned.Shape}, {worst / scale:E1} from the equations step by step");
}
