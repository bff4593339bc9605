namespace Autograd.Scan;

/// <summary>
/// Forms a product that is used once, by a sum, in the sum: one instruction instead of two, and one rounding. All back ends run the same
/// contracted kernel, so that their results agree to the bit. What is one number for each row is left as it is: several passes may make it,
/// and each must make the same.
/// </summary>
static class KernelContraction
{
    /// <summary>The same kernel with contracted products.</summary>
    public static KernelBuilder Of(KernelBuilder kernel)
    {
        var formedIn = Products(kernel);
        var contracted = kernel.WithSameSlots();
        kernel.CopyTo(contracted, (number, numbers) =>
        {
            var instruction = kernel.Instructions[number];
            // Its sum forms it.
            if (formedIn[number] >= 0) return default;
            if (instruction.Op != KernelOp.Add) return contracted.Apply(instruction, numbers);
            int product = formedIn[instruction.First] == number ? instruction.First : instruction.Second;
            if (formedIn[product] != number) return contracted.Apply(instruction, numbers);
            var (left, right) = (kernel.Instructions[product].First, kernel.Instructions[product].Second);
            return EmittedNumber.MultiplyAdd(
                numbers[left], numbers[right], numbers[product == instruction.First ? instruction.Second : instruction.First]);
        });
        return contracted;
    }

    // The sum in which each product is formed, or −1.
    static int[] Products(KernelBuilder kernel)
    {
        var (uses, variations, found) = (kernel.CountUses(), kernel.Variations(), new int[kernel.Instructions.Length]);
        Array.Fill(found, -1);
        if (kernel is { Width: 1, Groups.Length: 0 }) return found;
        for (int i = 0; i < found.Length; i++)
        {
            var sum = kernel.Instructions[i];
            if (sum.Op != KernelOp.Add || sum.First == sum.Second) continue;
            if (IsFree(sum.First)) found[sum.First] = i;
            else if (IsFree(sum.Second)) found[sum.Second] = i;
        }
        return found;

        bool IsFree(int number) => kernel.Instructions[number].Op == KernelOp.Multiply && uses[number] == 1
            && variations[number] != KernelVariation.Rows;
    }
}
