using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>A stack of LSTM layers with diagonal weights that predicts the bits of a text's next character.</summary>
sealed class Lstm
{
    readonly Parameter main, extra;
    readonly Tensor inputs, targets;
    readonly LayerStates<(Tensor H, Tensor C)> initial;
    readonly Recurrent<LayerStates<(Tensor H, Tensor C)>> layers;

    Lstm(Input input)
    {
        var sequence = input["sequence"].Tensor();
        int bits = sequence.Shape[1];
        var given = input["main_params"].Tensor();
        int count = given.Shape[0] / 2;
        (main, extra) = (new("main", given), new("extra", input["extra_params"].Tensor(3, bits)));
        (inputs, targets) = (Reshape(sequence[..^1], [-1, 1, bits]), Reshape(sequence[1..], [-1, 1, bits]));
        var state = input["state"].Tensor(2 * count, bits);
        var rows = Enumerable.Range(0, count).Select(layer => 2 * layer);
        initial = new(rows.Select(row => (state[row..(row + 1)], state[(row + 1)..(row + 2)])));
        layers = new(Stacked.Of([.. Enumerable.Range(0, count).Select(layer => new DiagonalLstmCell(main, 2 * layer, bits))]))
        {
            KeepsStates = false,
        };
    }

    public static Evaluation Evaluation { get; } = new("lstm", new Dictionary<string, Function>
    {
        ["objective"] = input => new Lstm(input).Loss,
        ["jacobian"] = input => new Lstm(input).Gradient,
    });

    Tensor Gradient()
    {
        var (_, gradients) = Differentiate.ValueAndGradient(Loss, [main, extra]);
        return Concatenate(0, [.. gradients.Select(gradient => Reshape(gradient, [gradient.ElementCount]))]);
    }

    Tensor Loss()
    {
        var predicted = layers.Run(inputs * extra[0], initial).Outputs * extra[1] + extra[2];
        var normalizer = Log(SumKeepingAxes(Exp(predicted), -1) + 2);
        return -Mean(targets * (predicted - normalizer));
    }

    /// <summary>A layer: each unit has gates of its own input or its own output, and of no other unit.</summary>
    sealed class DiagonalLstmCell(Parameter main, int row, int units) : Cell<(Tensor H, Tensor C)>(new RandomKey(0), units, units)
    {
        public override (Tensor Output, (Tensor H, Tensor C) Next) Step(Tensor x, (Tensor H, Tensor C) state)
        {
            var (h, c) = state;
            var (weights, biases) = (Reshape(main[row], [4, units]), Reshape(main[row + 1], [4, units]));
            var forget = Sigmoid(x * weights[0] + biases[0]);
            var admit = Sigmoid(h * weights[1] + biases[1]);
            var output = Sigmoid(x * weights[2] + biases[2]);
            var change = Tanh(h * weights[3] + biases[3]);
            c = c * forget + admit * change;
            h = output * Tanh(c);
            return (h, (h, c));
        }
    }
}
