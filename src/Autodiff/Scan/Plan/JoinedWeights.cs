namespace Autograd.Scan;

/// <summary>A part of a joined weight matrix: a leaf, placed at some row and column.</summary>
sealed record WeightPart(int Leaf, bool Transposed, int FirstRow, int FirstColumn, int Rows, int Columns);

/// <summary>Weight matrices packed side by side or on top of each other, once for a sequence.</summary>
sealed record JoinedWeights(int Number, int Rows, int Columns, WeightPart[] Parts)
{
    /// <summary>Whether the parts leave something out.</summary>
    public bool HasGaps { get; } = Parts.Sum(part => (long)part.Rows * part.Columns) < (long)Rows * Columns;
}
