using Autograd.Kernels;

namespace Autograd;

/// <summary>
/// Right operands of matrix products in the kernel's own layout, packed once per tape. Only parameters are kept: they are used at every time step.
/// A change of a parameter between uses packs it anew, because the version is part of the key.
/// </summary>
internal sealed class PackedOperands
{
    readonly Dictionary<Key, object> packed = [];
    readonly Stack<PackedMatrix<float>> idleSingles = [];
    readonly Stack<PackedMatrix<double>> idleDoubles = [];

    readonly record struct Key(Parameter Parameter, int Version, bool Transposed);

    /// <summary>The packed right operand: the parameter's rows × columns, or its transpose.</summary>
    public PackedMatrix<T> Get<T>(Parameter parameter, bool transposed)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var key = new Key(parameter, parameter.Version, transposed);
        if (packed.TryGetValue(key, out object? known)) return (PackedMatrix<T>)known;
        var matrix = Idle<T>().TryPop(out var idle) ? idle : new PackedMatrix<T>();
        int rows = parameter.Shape[^2], columns = parameter.Shape[^1];
        if (transposed) matrix.Pack(parameter.ReadSpan<T>(), columns, rows, 1, columns);
        else matrix.Pack(parameter.ReadSpan<T>(), rows, columns, columns, 1);
        packed.Add(key, matrix);
        return matrix;
    }

    public void Clear()
    {
        foreach (object matrix in packed.Values)
        {
            if (matrix is PackedMatrix<float> single) idleSingles.Push(single);
            else idleDoubles.Push((PackedMatrix<double>)matrix);
        }
        packed.Clear();
    }

    Stack<PackedMatrix<T>> Idle<T>()
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        => typeof(T) == typeof(float) ? (Stack<PackedMatrix<T>>)(object)idleSingles : (Stack<PackedMatrix<T>>)(object)idleDoubles;
}
