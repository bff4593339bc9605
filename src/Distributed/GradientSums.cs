using System.Numerics.Tensors;

namespace Autograd.Distributed;

/// <summary>Adds up the gradients of micro-batches, on this rank and over all.</summary>
abstract class GradientSums(GradientLayout layout)
{
    protected GradientLayout Layout => layout;

    /// <summary>Resets the sums.</summary>
    public abstract void Clear();

    /// <summary>Adds weight · gradients of a micro-batch; those of a rank are consecutive.</summary>
    public abstract void Add(int number, IReadOnlyList<Tensor> gradients, double weight);

    /// <summary>Adds up the sums of all ranks.</summary>
    public abstract void Exchange(int microBatches);

    /// <summary>The sum over all.</summary>
    protected abstract GradientNode Sum { get; }

    /// <summary>Copies the sum, scaled, to tensors of the parameters' shapes.</summary>
    public void CopyTo(Tensor[] gradients, double scale)
    {
        for (int i = 0; i < gradients.Length; i++)
        {
            var (start, count, type) = layout[i];
            if (type == ElementType.Float32)
                TensorPrimitives.Multiply(Sum.Singles.AsSpan(start, count), (float)scale, gradients[i].WriteSpan<float>());
            else TensorPrimitives.Multiply(Sum.Doubles.AsSpan(start, count), scale, gradients[i].WriteSpan<double>());
        }
    }
}

/// <summary>One running sum on each rank; <see cref="Communicator.SumAll(Span{float})"/> adds these up.</summary>
sealed class FastSums(Communicator communicator, GradientLayout layout) : GradientSums(layout)
{
    bool isEmpty;

    protected override GradientNode Sum { get; } = new(layout);

    public override void Clear() => isEmpty = true;

    public override void Add(int number, IReadOnlyList<Tensor> gradients, double weight)
    {
        if (isEmpty) Sum.Take(number, gradients, weight);
        else Sum.Add(gradients, weight);
        isEmpty = false;
    }

    public override void Exchange(int microBatches)
    {
        if (communicator.Size == 1) return;
        communicator.SumAll(Sum.Singles);
        communicator.SumAll(Sum.Doubles);
    }
}
