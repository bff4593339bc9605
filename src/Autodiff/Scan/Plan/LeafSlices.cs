namespace Autograd.Scan;

/// <summary>A gradient that is a sum over all rows and steps.</summary>
/// <param name="Sums">Where the sums are formed.</param>
/// <param name="Leaf">Whose gradient; where it has fewer elements, columns are summed too.</param>
sealed record ColumnSum(BufferSlice Sums, int Leaf);

/// <summary>A leaf with the place of its numbers, or of its gradient.</summary>
sealed record LeafSlice(int Leaf, BufferSlice Slice);

/// <summary>Numbers that a rule wrote, with their place.</summary>
sealed record ConstantSlice(double[] Data, BufferSlice Slice);
