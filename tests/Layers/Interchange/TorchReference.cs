namespace Autograd.Tests.Layers;

/// <summary>
/// PyTorch's recurrent modules as its documentation has them (torch.nn.RNN, LSTM, GRU), written out in plain numbers over its state
/// dictionaries.
/// </summary>
static class TorchReference
{
    /// <summary>The output of a module, <c>[time, batch, directions · units]</c>.</summary>
    public static double[,,] Forward(string kind, IReadOnlyDictionary<string, Tensor> tensors, double[,,] x, int layers, int directions)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            var outputs = Enumerable.Range(0, directions)
                .Select(direction => Direction(kind, tensors, x, $"_l{layer}{(direction == 1 ? "_reverse" : "")}", direction == 1))
                    .ToArray();
            x = Joined(outputs);
        }
        return x;
    }

    static double[,,] Direction(string kind, IReadOnlyDictionary<string, Tensor> tensors, double[,,] x, string suffix, bool isReverse)
    {
        int time = x.GetLength(0), batch = x.GetLength(1), units = Hidden(tensors, kind, suffix);
        int outputs = tensors.TryGetValue($"weight_hr{suffix}", out var projection) ? projection.Shape[0] : units;
        var y = new double[time, batch, outputs];
        for (int b = 0; b < batch; b++)
        {
            double[] h = new double[outputs], c = new double[units];
            for (int step = 0; step < time; step++)
            {
                int t = isReverse ? time - 1 - step : step;
                double[] input = [.. Enumerable.Range(0, x.GetLength(2)).Select(i => x[t, b, i])];
                double[] given = Affine(tensors, $"weight_ih{suffix}", $"bias_ih{suffix}", input);
                double[] fed = Affine(tensors, $"weight_hh{suffix}", $"bias_hh{suffix}", h);
                h = Step(kind, given, fed, h, c);
                if (projection is not null) h = Affine(tensors, $"weight_hr{suffix}", "", h);
                for (int i = 0; i < outputs; i++) y[t, b, i] = h[i];
            }
        }
        return y;
    }

    // Of one sequence, from the products with the input and with the state; the cell state changes in place.
    static double[] Step(string kind, double[] input, double[] recurrent, double[] h, double[] c)
    {
        int units = c.Length;
        var next = new double[units];
        for (int i = 0; i < units; i++)
        {
            double Sum(int gate) => input[gate * units + i] + recurrent[gate * units + i];
            switch (kind)
            {
                case "RNN":
                    next[i] = Math.Tanh(Sum(0));
                    break;
                case "GRU":
                    double r = Sigmoid(Sum(0)), z = Sigmoid(Sum(1)), n = Math.Tanh(input[2 * units + i] + r * recurrent[2 * units + i]);
                    next[i] = (1 - z) * n + z * h[i];
                    break;
                default:
                    c[i] = Sigmoid(Sum(1)) * c[i] + Sigmoid(Sum(0)) * Math.Tanh(Sum(2));
                    next[i] = Sigmoid(Sum(3)) * Math.Tanh(c[i]);
                    break;
            }
        }
        return next;
    }

    static double[] Affine(IReadOnlyDictionary<string, Tensor> tensors, string weight, string bias, double[] x)
    {
        var w = tensors[weight];
        var y = new double[w.Shape[0]];
        for (int row = 0; row < y.Length; row++)
        {
            y[row] = tensors.TryGetValue(bias, out var b) ? b.At(row) : 0;
            for (int i = 0; i < x.Length; i++) y[row] += w.At(row, i) * x[i];
        }
        return y;
    }

    static int Hidden(IReadOnlyDictionary<string, Tensor> tensors, string kind, string suffix) =>
        tensors[$"weight_ih{suffix}"].Shape[0] / (kind == "RNN" ? 1 : kind == "GRU" ? 3 : 4);

    static double[,,] Joined(double[][,,] parts)
    {
        int width = parts[0].GetLength(2);
        var all = new double[parts[0].GetLength(0), parts[0].GetLength(1), parts.Length * width];
        for (int part = 0; part < parts.Length; part++)
            for (int t = 0; t < all.GetLength(0); t++)
                for (int b = 0; b < all.GetLength(1); b++)
                    for (int i = 0; i < width; i++) all[t, b, part * width + i] = parts[part][t, b, i];
        return all;
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
