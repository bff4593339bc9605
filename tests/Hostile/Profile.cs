using Autograd.Tensors;

namespace Autograd.Hostile;

/// <summary>
/// One choice of ordinary values: which numbers, which shapes. A member is first called with one profile after the other until it accepts
/// one; its bad values are then put in, one at a time, so that they reach what lies behind the checks of the others.
/// </summary>
sealed record Profile(int Numbers, int Shapes)
{
    static readonly int[] wholes = [2, 1, 3, 4];
    static readonly double[] reals = [0.5, 1, 0.25, 2];
    static readonly int[][] lists = [[1, 1], [1, 0], [2, 2], [0]];
    static readonly int[][] shapes = [[2, 2], [2], [2, 2, 2], [], [1, 2], [1]];

    public static IReadOnlyList<Profile> All { get; } =
    [
        .. from shape in Enumerable.Range(0, shapes.Length)
           from number in Enumerable.Range(0, wholes.Length)
           select new Profile(number, shape),
    ];

    public int Whole => wholes[Numbers];

    public double Real => reals[Numbers];

    public int[] List => [.. lists[Numbers]];

    public Shape Shape => Autograd.Shape.Create(shapes[Shapes]);

    public Tensor Tensor(ElementType type = ElementType.Float32)
    {
        var shape = Shape;
        return Autograd.Tensor.From([.. Enumerable.Range(1, shape.ElementCount).Select(i => 0.25 * i)], shape, type);
    }
}
