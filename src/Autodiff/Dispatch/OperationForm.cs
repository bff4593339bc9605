namespace Autograd.Dispatch;

/// <summary>
/// What an operation does, for passes over programs that plan it otherwise than by its own code. They look at this and at what else an
/// <see cref="Operation"/> says of itself, and know none by its name.
/// </summary>
abstract record OperationForm
{
    /// <summary>x + y, element by element.</summary>
    public static readonly OperationForm Addition = new Plain(nameof(Addition));

    /// <summary>x · y, element by element.</summary>
    public static readonly OperationForm Multiplication = new Plain(nameof(Multiplication));

    /// <summary>Whether x and y are the same number, element by element: the last bit decides.</summary>
    public static readonly OperationForm Equality = new Plain(nameof(Equality));

    /// <summary>The operand's elements, in their order, in another shape.</summary>
    public static readonly OperationForm Renaming = new Plain(nameof(Renaming));

    /// <summary>The operand itself.</summary>
    public static readonly OperationForm Identity = new Plain(nameof(Identity));

    /// <summary>The operand with axes of length 1 repeated, and others put in front.</summary>
    public static readonly OperationForm Repetition = new Plain(nameof(Repetition));

    /// <summary>x · y for matrices, either transposed or not; plus the third operand where there is one.</summary>
    public sealed record MatrixProduct(bool TransposesLeft, bool TransposesRight) : OperationForm;

    /// <summary>The sum over neighbouring axes, which are left out.</summary>
    public sealed record AxisSum(int First, int Count) : OperationForm;

    /// <summary>The positions start, start + step, … of an axis.</summary>
    public sealed record Part(int Axis, int Start, int Length, int Step) : OperationForm;

    /// <summary>The operand at the positions start, start + step, … of an axis of zeros.</summary>
    public sealed record Padding(int Axis, int Start, int Step, int Length) : OperationForm;

    /// <summary>The operands end to end along an axis.</summary>
    public sealed record Join(int Axis) : OperationForm;

    sealed record Plain(string Name) : OperationForm;
}
