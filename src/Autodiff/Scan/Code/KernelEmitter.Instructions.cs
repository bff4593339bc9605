using System.Reflection.Emit;

namespace Autograd.Scan;

sealed partial class KernelEmitter
{
    void EmitScope(Scope scope)
    {
        for (int i = 0; i < results.Length; i++)
        {
            if (scopes[i] != scope || IsPartOfSelect(i)) continue;
            EmitInstruction(kernel.Instructions[i]);
            code.Emit(OpCodes.Stloc, results[i]);
        }
    }

    void EmitInstruction(KernelInstruction instruction)
    {
        switch (instruction.Op)
        {
            case KernelOp.Element:
                LoadElement(instruction.First);
                break;
            case KernelOp.Window:
                Address(instruction.First);
                code.Emit(OpCodes.Ldloc, column);
                code.Emit(OpCodes.Ldc_I4, instruction.Second);
                code.Emit(OpCodes.Ldc_I4, instruction.Third);
                code.Emit(OpCodes.Call, vectors.Window);
                break;
            case KernelOp.Vector when pointers.Length > 0:
                LoadElement(instruction.First);
                break;
            case KernelOp.Vector:
                code.Emit(OpCodes.Ldloc, slots[instruction.First]);
                code.Emit(OpCodes.Ldloc, columnBytes);
                code.Emit(OpCodes.Add);
                code.Emit(OpCodes.Call, vectors.Load);
                break;
            case KernelOp.Column when pointers.Length > 0:
                code.Emit(OpCodes.Ldloc, pointers[instruction.First]);
                code.Emit(vectors.LoadElement);
                code.Emit(OpCodes.Call, vectors.Create);
                break;
            case KernelOp.Column:
                code.Emit(OpCodes.Ldloc, slots[instruction.First]);
                code.Emit(OpCodes.Ldloc, offsets[ColumnKey(instruction.First)]);
                code.Emit(OpCodes.Add);
                code.Emit(vectors.LoadElement);
                code.Emit(OpCodes.Call, vectors.Create);
                break;
            case KernelOp.Scalar:
                code.Emit(OpCodes.Ldloc, slots[instruction.First]);
                code.Emit(vectors.LoadElement);
                code.Emit(OpCodes.Call, vectors.Create);
                break;
            case KernelOp.Constant:
                vectors.LoadNumber(code, instruction.Number);
                code.Emit(OpCodes.Call, vectors.Create);
                break;
            default:
                Combine(instruction);
                break;
        }
    }

    void Combine(KernelInstruction instruction)
    {
        var (first, second) = (instruction.First, instruction.Second);
        switch (instruction.Op)
        {
            case KernelOp.Greater or KernelOp.Equal:
                Compare(instruction);
                code.Emit(OpCodes.Call, vectors.One);
                code.Emit(OpCodes.Call, vectors.Zero);
                code.Emit(OpCodes.Call, vectors.ConditionalSelect);
                break;
            case KernelOp.Select when IsPartOfSelect(first):
                Compare(kernel.Instructions[first]);
                Load(second, instruction.Third);
                code.Emit(OpCodes.Call, vectors.ConditionalSelect);
                break;
            case KernelOp.Select:
                Load(first);
                code.Emit(OpCodes.Call, vectors.Zero);
                code.Emit(OpCodes.Call, vectors.EqualTo);
                Load(instruction.Third, second);
                code.Emit(OpCodes.Call, vectors.ConditionalSelect);
                break;
            case KernelOp.CopySign:
                vectors.LoadNumber(code, -0.0);
                code.Emit(OpCodes.Call, vectors.Create);
                Load(second, first);
                code.Emit(OpCodes.Call, vectors.ConditionalSelect);
                break;
            case KernelOp.ScaleByPowerOfTwo:
                Load(second);
                code.Emit(OpCodes.Call, vectors.AsWhole);
                code.Emit(OpCodes.Ldc_I4, vectors.IsSingle ? 23 : 52);
                code.Emit(OpCodes.Call, vectors.ShiftLeft);
                Load(first);
                code.Emit(OpCodes.Call, vectors.AsWhole);
                code.Emit(OpCodes.Call, vectors.AddWhole);
                code.Emit(OpCodes.Call, vectors.AsElement);
                break;
            case KernelOp.ShiftedExponent:
                LoadRaised(first);
                code.Emit(OpCodes.Ldc_I4, vectors.IsSingle ? 23 : 52);
                code.Emit(OpCodes.Call, vectors.ShiftRight);
                AddWhole(Logarithm.SingleShift, Logarithm.DoubleShift);
                code.Emit(OpCodes.Call, vectors.AsElement);
                break;
            case KernelOp.Mantissa:
                LoadRaised(first);
                LoadWhole(Logarithm.SingleFraction, Logarithm.DoubleFraction);
                code.Emit(OpCodes.Call, vectors.AndWhole);
                AddWhole(Logarithm.SingleRoot, Logarithm.DoubleRoot);
                code.Emit(OpCodes.Call, vectors.AsElement);
                break;
            default:
                Load(instruction.Operands);
                code.Emit(OpCodes.Call, vectors.For(instruction.Op));
                break;
        }
    }

    // The bits of a number, with the exponent of the power of two below it where fractions are counted from √½.
    void LoadRaised(int number)
    {
        Load(number);
        code.Emit(OpCodes.Call, vectors.AsWhole);
        AddWhole(Logarithm.SingleOffset, Logarithm.DoubleOffset);
    }

    void LoadWhole(long inSingle, long inDouble)
    {
        if (vectors.IsSingle) code.Emit(OpCodes.Ldc_I4, (int)inSingle);
        else code.Emit(OpCodes.Ldc_I8, inDouble);
        code.Emit(OpCodes.Call, vectors.CreateWhole);
    }

    void AddWhole(long inSingle, long inDouble)
    {
        LoadWhole(inSingle, inDouble);
        code.Emit(OpCodes.Call, vectors.AddWhole);
    }

    void Compare(KernelInstruction comparison)
    {
        Load(comparison.First, comparison.Second);
        code.Emit(OpCodes.Call, comparison.Op == KernelOp.Greater ? vectors.GreaterThan : vectors.EqualTo);
    }

    // A comparison that is used once, to select, is a mask as it stands: it need not become 1 or 0 first.
    bool IsPartOfSelect(int number)
    {
        if (kernel.Instructions[number].Op is not (KernelOp.Greater or KernelOp.Equal) || uses[number] != 1) return false;
        for (int i = number + 1; i < results.Length; i++)
            if (kernel.Instructions[i] is { Op: KernelOp.Select } select && select.First == number)
                return scopes[i] == scopes[number];
        return false;
    }
}
