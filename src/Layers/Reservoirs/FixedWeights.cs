namespace Autograd.Layers;

/// <summary>
/// Weights that are never learned, but saved, in both element types, so that a cell with them runs in whichever its input has.
/// </summary>
sealed class FixedWeights
{
    // From here on a matrix is large enough, and has so few elements that are not 0, that going through them is faster.
    const int LeastUnits = 256;
    const double MostDense = 0.1;

    // Counts changes: a program that was recorded with other weights is recorded anew.
    readonly ModuleMode changes = new();
    (Tensor Double, Tensor Single) values;
    SparseMatrix? sparse;

    public FixedWeights(Tensor value) => Assign(value);

    public Tensor InDouble => Values.Double;

    (Tensor Double, Tensor Single) Values => changes.Value is var _ ? values : default;

    /// <summary>Other weights from now on, for those that were saved.</summary>
    public void Assign(Tensor value)
    {
        changes.Value = (false, changes.Value.Step + 1);
        var precise = value.Detach().As(ElementType.Float64).Detach();
        values = (precise, precise.As(ElementType.Float32).Detach());
        sparse = value.Rank == 2 && value.Shape[0] >= LeastUnits && IsSparse(precise.AsSpan<double>()) ? new SparseMatrix(precise) : null;
    }

    static bool IsSparse(ReadOnlySpan<double> elements) => elements.Length - elements.Count(0.0) <= MostDense * elements.Length;

    /// <summary>Rows times the weights, which are a matrix.</summary>
    public Tensor Times(Tensor rows)
    {
        var like = Like(rows);
        return sparse is null ? Functions.MatMul(rows, like) : Functions.SparseProduct(rows, sparse);
    }

    /// <summary>In the element type of a tensor.</summary>
    public Tensor Like(Tensor x) => Tape.Actual(x).ElementType == ElementType.Float64 ? Values.Double : Values.Single;
}
