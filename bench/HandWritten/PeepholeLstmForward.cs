using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Autograd.Bench;

/// <summary>Everything elementwise in one time step, in one pass. The gates' sums are replaced by the gates.</summary>
unsafe struct PeepholeLstmForward<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public T* Gates, CellsBefore, Cells, TanhCells, Outputs, Peepholes, Bias;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int rows, int hidden)
    {
        for (int row = 0; row < rows; row++)
        {
            T* gates = Gates + (nint)row * 4 * hidden;
            nint start = (nint)row * hidden;
            for (int j = 0; j < hidden; j += Vector512<T>.Count)
            {
                var before = Vector512.Load(CellsBefore + start + j);
                var f = Activation<T>.Sigmoid(Sum(gates, j) + before * Vector512.Load(Peepholes + j));
                var i = Activation<T>.Sigmoid(Sum(gates, hidden + j) + before * Vector512.Load(Peepholes + hidden + j));
                var candidate = Activation<T>.Tanh(Sum(gates, 2 * hidden + j));
                var c = f * before + i * candidate;
                var o = Activation<T>.Sigmoid(Sum(gates, 3 * hidden + j) + c * Vector512.Load(Peepholes + 2 * hidden + j));
                var tanh = Activation<T>.Tanh(c);
                f.Store(gates + j);
                i.Store(gates + hidden + j);
                candidate.Store(gates + 2 * hidden + j);
                o.Store(gates + 3 * hidden + j);
                c.Store(Cells + start + j);
                tanh.Store(TanhCells + start + j);
                (o * tanh).Store(Outputs + start + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    readonly Vector512<T> Sum(T* gates, int column) => Vector512.Load(gates + column) + Vector512.Load(Bias + column);
}
