namespace Autograd.Scan;

/// <summary>
/// Writes exponentials, what is made of them, sines and cosines as arithmetic, for back ends whose instructions are those of the
/// processor.
/// </summary>
internal static class KernelLowering
{
    /// <summary>The same kernel without them.</summary>
    public static KernelBuilder Of(KernelBuilder kernel)
    {
        var lowered = new KernelBuilder(kernel.Width, kernel.IsSingle, kernel.Groups);
        for (int i = 0; i < kernel.RowStrides.Count; i++) lowered.AddSlot(kernel.RowStrides[i], kernel.Tight[i], kernel.GroupStrides[i]);
        kernel.CopyTo(lowered, (instruction, numbers) => Lowered(instruction, numbers, lowered));
        return lowered;
    }

    static EmittedNumber Lowered(KernelInstruction instruction, EmittedNumber[] numbers, KernelBuilder lowered) => instruction.Op switch
    {
        KernelOp.Sin => Trigonometry.Sin(numbers[instruction.First]),
        KernelOp.Cos => Trigonometry.Cos(numbers[instruction.First]),
        KernelOp.Exp => Exponential.Of(numbers[instruction.First]),
        KernelOp.ExpM1 => Exponential.MinusOne(numbers[instruction.First]),
        KernelOp.Sigmoid => Exponential.Sigmoid(numbers[instruction.First]),
        KernelOp.Tanh => Exponential.Tanh(numbers[instruction.First]),
        KernelOp.NormalDistribution => NormalDistribution.Of(numbers[instruction.First]),
        _ => lowered.Apply(instruction, numbers),
    };
}
