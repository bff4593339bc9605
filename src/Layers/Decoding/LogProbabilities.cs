namespace Autograd.Layers;

/// <summary>Log probabilities <c>[time, batch, classes]</c> as numbers.</summary>
sealed class LogProbabilities(Tensor tensor)
{
    readonly double[] elements = tensor.ToDoubles();
    readonly int batch = tensor.Shape[1], classes = tensor.Shape[2];

    public double this[int index] => elements[index];

    public int IndexOf(int time, int sequence, int label) => (time * batch + sequence) * classes + label;
}
