using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace Autograd.Scan;

/// <summary>The vector type of a kernel, and the platform's methods on it that its code calls.</summary>
[UnconditionalSuppressMessage("Trimming", "IL2055", Justification = Kept)]
[UnconditionalSuppressMessage("Trimming", "IL2060", Justification = Kept)]
[UnconditionalSuppressMessage("Trimming", "IL2075", Justification = Kept)]
[UnconditionalSuppressMessage("Trimming", "IL2080", Justification = Kept)]
[UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Used where code can be made at run time only; see KernelBackEnd.Default.")]
sealed class VectorMethods
{
    const string Kept = "The methods of the vector types are kept by the dynamic dependencies of the constructor.";

    readonly Type methods;
    readonly Type element;
    readonly Type open;

    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(VectorTail))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Vector512))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.PublicProperties, typeof(Vector512<>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Vector256))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.PublicProperties, typeof(Vector256<>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Vector128))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.PublicProperties, typeof(Vector128<>))]
    VectorMethods(bool isSingle, int bytes)
    {
        element = isSingle ? typeof(float) : typeof(double);
        (methods, open) = TypesOf(bytes);
        Vector = open.MakeGenericType(element);
        Whole = open.MakeGenericType(isSingle ? typeof(int) : typeof(long));
        ElementSize = isSingle ? sizeof(float) : sizeof(double);
        Length = bytes / ElementSize;
    }

    static (Type Methods, Type Vector) TypesOf(int bytes) => bytes switch
    {
        64 => (typeof(Vector512), typeof(Vector512<>)),
        32 => (typeof(Vector256), typeof(Vector256<>)),
        _ => (typeof(Vector128), typeof(Vector128<>)),
    };

    public Type Vector { get; }

    /// <summary>The vector of whole numbers of the same size.</summary>
    public Type Whole { get; }

    public int ElementSize { get; }

    public int Length { get; }

    public bool IsSingle => element == typeof(float);

    public static VectorMethods Of(bool isSingle) => new(isSingle, KernelLayout.VectorBytes);

    public MethodInfo Load => Generic("Load", 1);

    public MethodInfo Store => Generic("Store", 2);

    /// <summary>Loads or stores the elements that a mask says, and touches no others.</summary>
    public MethodInfo LoadTail => Tail("Load");

    /// <inheritdoc cref="LoadTail"/>
    public MethodInfo StoreTail => Tail("Store");

    public MethodInfo Create => methods.GetMethod("Create", [element])!;

    /// <summary>The sum of all lanes of a row's sum.</summary>
    public MethodInfo TotalOfLanes
    {
        get
        {
            int vectorsInLanes = LaneSum.Bytes / (Length * ElementSize);
            var totals = typeof(LaneSum).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
                .Where(method => method.Name == nameof(LaneSum.Total));
            return totals.Single(method => method.GetParameters() is [var first, ..] && method.GetParameters().Length == vectorsInLanes
                && first.ParameterType.GetGenericTypeDefinition() == Vector.GetGenericTypeDefinition()).MakeGenericMethod(element);
        }
    }

    public MethodInfo MultiplyAdd =>
        methods.GetMethod(Rounding.IsFused ? "FusedMultiplyAdd" : "MultiplyAddEstimate", [Vector, Vector, Vector])!;

    public MethodInfo BitwiseAnd => Operator("op_BitwiseAnd");

    public MethodInfo Add => Operator("op_Addition");

    public MethodInfo AddWhole => Whole.GetMethod("op_Addition", [Whole, Whole])!;

    public MethodInfo ShiftLeft => methods.GetMethod("ShiftLeft", [Whole, typeof(int)])!;

    public MethodInfo ShiftRight => methods.GetMethod("ShiftRightLogical", [Whole, typeof(int)])!;

    public MethodInfo AndWhole => Whole.GetMethod("op_BitwiseAnd", [Whole, Whole])!;

    public MethodInfo CreateWhole => methods.GetMethod("Create", [IsSingle ? typeof(int) : typeof(long)])!;

    public MethodInfo ConditionalSelect => Generic("ConditionalSelect", 3);

    public MethodInfo GreaterThan => Generic("GreaterThan", 2);

    public MethodInfo EqualTo => Generic("Equals", 2);

    public MethodInfo Zero => Vector.GetProperty("Zero")!.GetMethod!;

    public MethodInfo One => Vector.GetProperty("One")!.GetMethod!;

    public MethodInfo AsWhole => As(element, Whole.GetGenericArguments()[0]);

    public MethodInfo AsElement => As(Whole.GetGenericArguments()[0], element);

    /// <summary>The method for an instruction that is one.</summary>
    public MethodInfo For(KernelOp op) => op switch
    {
        KernelOp.Add => Add,
        KernelOp.Subtract => Operator("op_Subtraction"),
        KernelOp.Multiply => Operator("op_Multiply"),
        KernelOp.Divide => Operator("op_Division"),
        KernelOp.Abs => Generic("Abs", 1),
        KernelOp.Sqrt => Generic("Sqrt", 1),
        KernelOp.Floor or KernelOp.Round => methods.GetMethod(op.ToString(), [Vector])!,
        KernelOp.Power => typeof(LanePower).GetMethod($"Of{Length * ElementSize * 8}")!.MakeGenericMethod(element),
        KernelOp.SinBeyond => Far(typeof(FarSine)),
        KernelOp.CosBeyond => Far(typeof(FarCosine)),
        KernelOp.Maximum => Generic("Max", 2),
        KernelOp.Minimum => Generic("Min", 2),
        KernelOp.MaximumNative => Generic("MaxNative", 2),
        KernelOp.MinimumNative => Generic("MinNative", 2),
        KernelOp.MultiplyAdd => MultiplyAdd,
        _ => throw new NotSupportedException($"{op} is not one method."),
    };

    public void LoadNumber(ILGenerator code, double value)
    {
        if (IsSingle) code.Emit(OpCodes.Ldc_R4, (float)value);
        else code.Emit(OpCodes.Ldc_R8, value);
    }

    public OpCode LoadElement => IsSingle ? OpCodes.Ldind_R4 : OpCodes.Ldind_R8;

    public OpCode StoreElement => IsSingle ? OpCodes.Stind_R4 : OpCodes.Stind_R8;

    MethodInfo Operator(string name) => Vector.GetMethod(name, [Vector, Vector])!;

    MethodInfo Far(Type function) => typeof(LaneFar).GetMethod($"Of{Length * ElementSize * 8}")!.MakeGenericMethod(element, function);

    MethodInfo Tail(string name) =>
        typeof(VectorTail).GetMethod(FormattableString.Invariant($"{name}{Length * ElementSize * 8}"))!.MakeGenericMethod(element);

    MethodInfo As(Type from, Type to) =>
        methods.GetMethods().Single(method => method.Name == "As" && method.GetGenericArguments().Length == 2).MakeGenericMethod(from, to);

    MethodInfo Generic(string name, int parameters) => methods.GetMethods()
        .Single(method => method.Name == name && method.IsGenericMethodDefinition && method.GetGenericArguments().Length == 1
            && method.GetParameters().Length == parameters && IsOnVectors(method.GetParameters()))
        .MakeGenericMethod(element);

    bool IsOnVectors(ParameterInfo[] parameters) => Array.TrueForAll(
        parameters, parameter => parameter.ParameterType.IsPointer
        || (parameter.ParameterType.IsGenericType && parameter.ParameterType.GetGenericTypeDefinition() == open));
}
