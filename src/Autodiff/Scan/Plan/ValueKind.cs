namespace Autograd.Scan;

/// <summary>How a value is computed.</summary>
enum ValueKind
{
    /// <summary>It is given.</summary>
    Given,

    /// <summary>By arithmetic on corresponding elements: part of a fused pass.</summary>
    Fused,

    /// <summary>As the sums of rows: part of a fused pass.</summary>
    RowSum,

    /// <summary>As sums over axes within rows: part of a fused pass.</summary>
    GroupSum,

    /// <summary>As a product with a leaf.</summary>
    Product,

    /// <summary>As some columns of another value: nothing is computed.</summary>
    View,

    /// <summary>As several values side by side: each is written into its columns.</summary>
    Joined,

    /// <summary>By its operation's own code, some rows at a time, where they lie.</summary>
    Rowwise,

    /// <summary>By its operation's own code, on tensors as a whole.</summary>
    Operation,
}
