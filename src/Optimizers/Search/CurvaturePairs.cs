using System.Numerics.Tensors;

namespace Autograd.Optimizers;

/// <summary>The last steps and changes of gradient, as an inverse Hessian (Nocedal, Wright 2006, algorithm 7.4).</summary>
sealed class CurvaturePairs(int capacity)
{
    readonly List<(double[] S, double[] Y, double Rho)> pairs = [];

    public int Count => pairs.Count;

    public void Clear() => pairs.Clear();

    /// <summary>Adds a step; one along which the gradient does not grow, up to rounding, is left out.</summary>
    public void Add(in Trial from, in Trial to)
    {
        double[] s = new double[to.Point.Length], y = new double[s.Length];
        TensorPrimitives.Subtract<double>(to.Point, from.Point, s);
        TensorPrimitives.Subtract<double>(to.Gradient, from.Gradient, y);
        double product = TensorPrimitives.Dot<double>(s, y);
        if (!(product > Math.ScaleB(TensorPrimitives.Norm<double>(s) * TensorPrimitives.Norm<double>(y), -52))) return;
        if (pairs.Count == capacity) pairs.RemoveAt(0);
        pairs.Add((s, y, 1 / product));
    }

    /// <summary>−H g.</summary>
    public double[] Direction(double[] gradient)
    {
        double[] q = new double[gradient.Length], parts = new double[pairs.Count];
        TensorPrimitives.Negate<double>(gradient, q);
        for (int i = pairs.Count - 1; i >= 0; i--)
        {
            parts[i] = pairs[i].Rho * TensorPrimitives.Dot<double>(pairs[i].S, q);
            TensorPrimitives.MultiplyAdd<double>(pairs[i].Y, -parts[i], q, q);
        }
        if (pairs.Count > 0) TensorPrimitives.Multiply(q, 1 / (pairs[^1].Rho * TensorPrimitives.SumOfSquares<double>(pairs[^1].Y)), q);
        for (int i = 0; i < pairs.Count; i++)
        {
            double part = pairs[i].Rho * TensorPrimitives.Dot<double>(pairs[i].Y, q);
            TensorPrimitives.MultiplyAdd<double>(pairs[i].S, parts[i] - part, q, q);
        }
        return q;
    }
}
