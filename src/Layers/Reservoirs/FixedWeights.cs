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
    (Tensor Double, Tensor Single, SparseMatrix? Sparse) weights;

    public FixedWeights(Tensor value) => Assign(value);

    public Tensor InDouble => Weights.Double;

    (Tensor Double, Tensor Single, SparseMatrix? Sparse) Weights
    {
        get
        {
            // Notes the read.
            _ = changes.Value;
            return weights;
        }
    }

    /// <summary>Other weights from now on, for those that were saved.</summary>
    public void Assign(Tensor value)
    {
        changes.Value = (false, changes.Value.Step + 1);
        var precise = value.Detach().As(ElementType.Float64).Detach();
        bool isSparse = value.Rank == 2 && value.Shape[0] >= LeastUnits && IsSparse(precise.AsSpan<double>());
        weights = (precise, precise.As(ElementType.Float32).Detach(), isSparse ? new SparseMatrix(precise) : null);
    }

    static bool IsSparse(ReadOnlySpan<double> elements) => elements.Length - elements.Count(0.0) <= MostDense * elements.Length;

    /// <summary>Rows times the weights, which are a matrix.</summary>
    public Tensor Times(Tensor rows) =>
        Weights.Sparse is { } sparse ? Functions.SparseProduct(rows, sparse) : Functions.MatMul(rows, Like(rows));

    /// <summary>In the element type of a tensor.</summary>
    public Tensor Like(Tensor x) => Tape.Actual(x).ElementType == ElementType.Float64 ? Weights.Double : Weights.Single;
}
