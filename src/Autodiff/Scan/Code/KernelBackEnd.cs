using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Autograd.Scan;

/// <summary>A kernel that is ready to run, over some rows.</summary>
/// <param name="slots">Where the first row of each slot lies.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="firstBlock">Number of the first block of rows, for sums of columns.</param>
unsafe delegate void KernelMethod(nint* slots, int rows, int firstBlock);

/// <summary>A kernel and all else that determines what is made of it.</summary>
/// <param name="Kernel">What it does.</param>
/// <param name="MaskSlot">The slot of the mask that clears the fill, or −1 where there is none.</param>
/// <param name="LaneStride">Elements from the sums of one lane of rows to those of the next.</param>
/// <param name="BlocksInLane">Blocks of rows that share sums of columns.</param>
sealed record KernelRequest(KernelBuilder Kernel, int MaskSlot, int LaneStride, int BlocksInLane)
{
    public bool Equals(KernelRequest? other) =>
        other is not null && (MaskSlot, LaneStride, BlocksInLane) == (other.MaskSlot, other.LaneStride, other.BlocksInLane)
        && Kernel.IsSameAs(other.Kernel);

    public override int GetHashCode() => HashCode.Combine(Kernel.Hash(), MaskSlot, LaneStride, BlocksInLane);
}

/// <summary>Makes kernels run. Equal kernels are made once.</summary>
abstract class KernelBackEnd
{
    // Plans hold their methods; this only saves making one twice.
    const int MostKnown = 4096;

    readonly ConcurrentDictionary<KernelRequest, KernelMethod> known = new();

    /// <summary>Emits machine code: the fastest, where the runtime can make code.</summary>
    public static KernelBackEnd Emitted { get; } = new EmittedKernels();

    /// <summary>Runs the instructions one after the other: everywhere.</summary>
    public static KernelBackEnd Interpreted { get; } = new InterpretedKernels();

    /// <summary>The one for this process: ahead-of-time compiled programs cannot make code.</summary>
    public static KernelBackEnd Default => RuntimeFeature.IsDynamicCodeCompiled ? Emitted : Interpreted;

    public KernelMethod MethodOf(KernelRequest request)
    {
        if (known.Count >= MostKnown) known.Clear();
        return known.GetOrAdd(request, one => Make(one with { Kernel = KernelContraction.Of(one.Kernel) }));
    }

    protected abstract KernelMethod Make(KernelRequest request);
}

/// <summary>A dynamic method for each kernel, whose loops hold everything in vector registers, as one would write it by hand.</summary>
sealed class EmittedKernels : KernelBackEnd
{
    protected override KernelMethod Make(KernelRequest request) =>
        new KernelEmitter(request with { Kernel = KernelLowering.Of(request.Kernel) }).Emit();
}

/// <summary>Each instruction as an operation on spans.</summary>
sealed unsafe class InterpretedKernels : KernelBackEnd
{
    protected override KernelMethod Make(KernelRequest request) =>
        request.Kernel.IsSingle ? new KernelInterpreter<float>(request).Run : new KernelInterpreter<double>(request).Run;
}
