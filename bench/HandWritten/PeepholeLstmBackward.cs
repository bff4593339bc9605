using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Autograd.Bench;

/// <summary>
/// Everything elementwise in one time step of the backward pass, in one pass. The gates are replaced by the gradients of their sums, the
/// cells' gradient by that of the cells before the step; bias and peephole gradients are added up on the way.
/// </summary>
unsafe struct PeepholeLstmBackward<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // The sums of columns are read and written once for so many rows.
    const int RowsTogether = 8;

    public T* Gates, CellsBefore, Cells, TanhCells, Outputs, Peepholes;
    public T* OutputGradient, CellGradient, PeepholeGradient, BiasGradient;

    /// <summary>The loss's slope is this times the output.</summary>
    public T LossSlope;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int rows, int hidden)
    {
        for (int row = 0; row < rows; row += RowsTogether)
        {
            int end = Math.Min(row + RowsTogether, rows);
            for (int j = 0; j < hidden; j += Vector512<T>.Count) Columns(row, end, j, hidden);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    readonly void Columns(int row, int end, int j, int hidden)
    {
        T* peepholeGradient = PeepholeGradient + j, biasGradient = BiasGradient + j;
        Vector512<T> pf = Vector512.Load(Peepholes + j), pi = Vector512.Load(Peepholes + hidden + j),
            po = Vector512.Load(Peepholes + 2 * hidden + j);
        Vector512<T> slope = Vector512.Create(LossSlope), one = Vector512<T>.One;
        Vector512<T> sumPf = default, sumPi = default, sumPo = default, sumF = default, sumI = default, sumC = default, sumO = default;
        for (; row < end; row++)
        {
            nint at = (nint)row * hidden + j;
            T* gates = Gates + (nint)row * 4 * hidden + j;
            Vector512<T> f = Vector512.Load(gates), i = Vector512.Load(gates + hidden);
            Vector512<T> candidate = Vector512.Load(gates + 2 * hidden), o = Vector512.Load(gates + 3 * hidden);
            Vector512<T> before = Vector512.Load(CellsBefore + at), tanh = Vector512.Load(TanhCells + at);
            var dh = Vector512.Load(OutputGradient + at) + slope * Vector512.Load(Outputs + at);
            var dho = dh * o;
            var dzo = dho * tanh * (one - o);
            var dc = Vector512.Load(CellGradient + at) + dho * (one - tanh * tanh) + dzo * po;
            var dzf = dc * before * f * (one - f);
            var dci = dc * i;
            var dzi = dci * candidate * (one - i);
            var dzc = dci * (one - candidate * candidate);
            (dc * f + dzf * pf + dzi * pi).Store(CellGradient + at);
            dzf.Store(gates);
            dzi.Store(gates + hidden);
            dzc.Store(gates + 2 * hidden);
            dzo.Store(gates + 3 * hidden);
            sumPf += dzf * before;
            sumPi += dzi * before;
            sumPo += dzo * Vector512.Load(Cells + at);
            sumF += dzf;
            sumI += dzi;
            sumC += dzc;
            sumO += dzo;
        }

        Add(peepholeGradient, sumPf);
        Add(peepholeGradient + hidden, sumPi);
        Add(peepholeGradient + 2 * hidden, sumPo);
        Add(biasGradient, sumF);
        Add(biasGradient + hidden, sumI);
        Add(biasGradient + 2 * hidden, sumC);
        Add(biasGradient + 3 * hidden, sumO);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(T* target, Vector512<T> sum) => (Vector512.Load(target) + sum).Store(target);
}
