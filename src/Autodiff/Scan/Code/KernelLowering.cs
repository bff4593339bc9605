namespace Autograd.Scan;

/// <summary>
/// Writes exponentials, what is made of them, logarithms, powers, sines and cosines as arithmetic, for back ends whose instructions are
/// those of the processor.
/// </summary>
static class KernelLowering
{
    /// <summary>The same kernel without them.</summary>
    public static KernelBuilder Of(KernelBuilder kernel)
    {
        var lowered = kernel.WithSameSlots();
        kernel.CopyTo(lowered, (number, numbers) => Lowered(kernel.Instructions[number], numbers, lowered));
        return lowered;
    }

    static EmittedNumber Lowered(KernelInstruction instruction, EmittedNumber[] numbers, KernelBuilder lowered) => instruction.Op switch
    {
        KernelOp.Sin => Trigonometry.Sin(numbers[instruction.First]),
        KernelOp.Cos => Trigonometry.Cos(numbers[instruction.First]),
        KernelOp.Log => Logarithm.Of(numbers[instruction.First]),
        KernelOp.Exp => Exponential.Of(numbers[instruction.First]),
        KernelOp.ExpM1 => Exponential.MinusOne(numbers[instruction.First]),
        KernelOp.Sigmoid => Exponential.Sigmoid(numbers[instruction.First]),
        KernelOp.Tanh => Exponential.Tanh(numbers[instruction.First]),
        KernelOp.Softplus => Logarithm.Softplus(numbers[instruction.First]),
        KernelOp.NormalDistribution => NormalDistribution.Of(numbers[instruction.First]),
        KernelOp.Power => Power.Of(numbers[instruction.First], numbers[instruction.Second]),
        _ => lowered.Apply(instruction, numbers),
    };
}
