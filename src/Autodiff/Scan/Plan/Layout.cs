namespace Autograd.Scan;

/// <summary>How a value is laid out over the rows and columns of the scan.</summary>
enum Layout
{
    /// <summary>A row for each sequence: <c>[batch, …]</c>; all that follows the batch is one row.</summary>
    Matrix,

    /// <summary>One row that all sequences share: <c>[n]</c>, <c>[1, …]</c>, or whatever else is given that has no row for each.</summary>
    Vector,

    /// <summary>One number.</summary>
    Scalar,

    /// <summary>Anything else.</summary>
    Other,
}
