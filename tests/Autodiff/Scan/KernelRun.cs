using System.Numerics;
using System.Runtime.InteropServices;

namespace Autograd.Tests.Autodiff.Scan;

/// <summary>Compiles one kernel and runs it over matrices whose fill up to whole vectors holds NaN.</summary>
sealed unsafe class KernelRun<T>(int width, int rows) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<nint> memory = [];
    readonly Random random = new(width * 1000 + rows);

    public static bool IsSingle => typeof(T) == typeof(float);

    /// <summary>What runs the kernel.</summary>
    public KernelBackEnd BackEnd { get; init; } = KernelBackEnd.Emitted;

    public KernelBuilder Kernel { get; } = new(width, IsSingle);

    public int Padded { get; } = KernelLayout.Padded(width, IsSingle);

    /// <summary>Rows that share sums of columns.</summary>
    public int BlocksInLane { get; init; } = 2;

    public int Lanes => (rows - 1) / (BlocksInLane * KernelLayout.RowsInBlock) + 1;

    public void Dispose()
    {
        foreach (nint address in memory) NativeMemory.AlignedFree((void*)address);
    }

    /// <summary>A slot with a row for each row.</summary>
    public int Matrix(Func<Random, double>? draw = null) => Fill(Kernel.AddSlot(Padded), rows, Padded, width, draw);

    /// <summary>A slot whose rows follow each other without fill.</summary>
    public int Tight(Func<Random, double>? draw = null) => Fill(Kernel.AddSlot(width, isTight: true), rows, width, width, draw);

    /// <summary>A slot with one row for all.</summary>
    public int Vector(Func<Random, double>? draw = null) => Fill(Kernel.AddSlot(0), 1, Padded, width, draw);

    /// <summary>A slot for sums of columns in lanes, 0 at first.</summary>
    public int Sums() => Fill(Kernel.AddSlot(0), Lanes, Padded, Padded, _ => 0);

    public double At(int slot, int row, int column) =>
        double.CreateChecked(((T*)memory[slot])[(row * (Kernel.Tight[slot] ? width : Padded)) + column]);

    public EmittedNumber Load(KernelOp op, int slot) => Kernel.Load(op, slot);

    public EmittedNumber Apply(KernelOp op, EmittedNumber left, EmittedNumber right) =>
        new(Kernel, Kernel.Apply(op, left.In(Kernel), right.In(Kernel)));

    public void Run(int from = 0, int? count = null)
    {
        int mask = -1;
        if (Padded != width)
        {
            mask = Fill(Kernel.AddSlot(0), 1, Padded, Padded, _ => 0);
            new Span<byte>((void*)memory[mask], width * sizeof(T)).Fill(0xFF);
        }
        var method = BackEnd.MethodOf(new(Kernel, mask, Padded, BlocksInLane));
        nint* slots = stackalloc nint[memory.Count];
        for (int i = 0; i < memory.Count; i++) slots[i] = memory[i] + from * Kernel.RowStrides[i] * sizeof(T);
        method(slots, count ?? rows, from / KernelLayout.RowsInBlock);
    }

    int Fill(int slot, int count, int stride, int used, Func<Random, double>? draw)
    {
        draw ??= any => any.NextDouble() * 4 - 2;
        Assert.Equal(slot, memory.Count);
        // A row more that must stay as it is.
        nuint bytes = (nuint)((count + 1) * stride * sizeof(T));
        var elements = (T*)NativeMemory.AlignedAlloc(bytes, 64);
        memory.Add((nint)elements);
        new Span<T>(elements, (count + 1) * stride).Fill(T.NaN);
        for (int row = 0; row < count; row++)
            for (int column = 0; column < used; column++) elements[(row * stride) + column] = T.CreateChecked(draw(random));
        return slot;
    }
}
