namespace Autograd.Scan;

/// <summary>Writes exponentials and what is made of them as arithmetic, for back ends whose instructions are those of the processor.</summary>
internal static class KernelLowering
{
    /// <summary>The same kernel without exponentials.</summary>
    public static KernelBuilder Of(KernelBuilder kernel)
    {
        var lowered = new KernelBuilder(kernel.Width, kernel.IsSingle, kernel.Groups);
        for (int i = 0; i < kernel.RowStrides.Count; i++) lowered.AddSlot(kernel.RowStrides[i], kernel.Tight[i], kernel.GroupStrides[i]);
        kernel.CopyTo(lowered, (instruction, numbers) => Lowered(instruction, numbers, lowered));
        return lowered;
    }

    static EmittedNumber Lowered(KernelInstruction instruction, EmittedNumber[] numbers, KernelBuilder lowered) => instruction.Op switch
    {
        // Beyond the range the sign of the argument decides, so the power may saturate; only a NaN must come through.
        KernelOp.Sigmoid => 1.0 / (1.0 + Exponential.Saturating(-numbers[instruction.First])),
        // Near 0 this loses relative accuracy, not absolute, as the function on spans does.
        KernelOp.Tanh => 1.0 - 2.0 / (1.0 + Exponential.Saturating(numbers[instruction.First] + numbers[instruction.First])),
        KernelOp.Exp => Exponential.Of(numbers[instruction.First]),
        _ => lowered.Apply(instruction, numbers),
    };
}
