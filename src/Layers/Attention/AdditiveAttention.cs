using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Additive attention (Bahdanau, Cho and Bengio 2015, section 3.1 and appendix A.1.2): e_j = tanh(s·W + h_j·U + b)·v, α = softmax over j,
/// context = Σ α_j h_j, for a query s and annotations h_1…h_T. The part h·U + b does not depend on the query and is computed once; see
/// <see cref="Over"/>.
/// </summary>
public sealed class AdditiveAttention : Module
{
    readonly Parameter W, U, B, V;

    /// <summary>Creates the layer. Weights are Glorot-uniform, the bias is 0.</summary>
    /// <param name="query">Number of units of the query, at least 1.</param>
    /// <param name="annotation">Number of units of an annotation, at least 1.</param>
    /// <param name="units">Number of hidden units of the score, at least 1.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public AdditiveAttention(int query, int annotation, int units, RandomKey key)
    {
        Require.AtLeast(nameof(AdditiveAttention), nameof(query), query, 1);
        Require.AtLeast(nameof(AdditiveAttention), nameof(annotation), annotation, 1);
        Require.AtLeast(nameof(AdditiveAttention), nameof(units), units, 1);
        Parameter(out W, Initializer.Glorot.Create([query, units], key.For(nameof(W))));
        Parameter(out U, Initializer.Glorot.Create([annotation, units], key.For(nameof(U))));
        Parameter(out B, Tensor.Zeros([units]));
        Parameter(out V, Initializer.Glorot.Create([units, 1], key.For(nameof(V))));
    }

    /// <summary>Prepares the annotations of a batch of sequences, to be attended to.</summary>
    /// <param name="annotations"><c>[time, batch, annotation]</c>, such as the outputs of a bidirectional encoder.</param>
    /// <param name="lengths">The length of each sequence; steps beyond it get no weight. None means that all are full.</param>
    /// <exception cref="ShapeException">Shapes or lengths do not fit.</exception>
    public AttendedSequence Over(Tensor annotations, ReadOnlySpan<int> lengths = default)
    {
        Lengths.CheckSequences(nameof(AdditiveAttention), annotations, lengths);
        annotations = Lengths.Masks(annotations, lengths).Clean(annotations);
        return new AttendedSequence(annotations, Affine(annotations, U, B), W, V, Running(annotations, lengths));
    }

    // 1 within each sequence, 0 beyond: [time, batch].
    static Tensor? Running(Tensor annotations, ReadOnlySpan<int> lengths)
    {
        if (lengths.IsEmpty) return null;
        int batch = lengths.Length;
        var mask = new double[annotations.Shape[0] * batch];
        for (int i = 0; i < mask.Length; i++) mask[i] = i / batch < lengths[i % batch] ? 1 : 0;
        return Tensor.From(mask, [annotations.Shape[0], batch]).As(Tape.Actual(annotations).ElementType);
    }
}
