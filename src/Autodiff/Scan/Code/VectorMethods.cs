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

    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(VectorTail))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(VectorWindow))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Vector512))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.PublicProperties, typeof(Vector512<>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Vector256))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.PublicProperties, typeof(Vector256<>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Vector128))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.PublicProperties, typeof(Vector128<>))]
    VectorMethods(bool isSingle, int bytes)
    {
        element = isSingle ? typeof(float) : typeof(double);
        (methods, var open) = TypesOf(bytes);
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

    public MethodInfo Load => Generic("Load");

    public MethodInfo Store => Generic("Store");

    /// <summary>Loads or stores the elements that a mask says, and touches no others.</summary>
    public MethodInfo LoadTail => Tail("Load");

    /// <inheritdoc cref="LoadTail"/>
    public MethodInfo StoreTail => Tail("Store");

    /// <summary>Loads elements some columns further left, and zeros beyond the ends of a row.</summary>
    public MethodInfo Window =>
        typeof(VectorWindow).GetMethod(FormattableString.Invariant($"Load{Length * ElementSize * 8}"))!.MakeGenericMethod(element);

    /// <summary>The element of the first lane.</summary>
    public MethodInfo First => Generic("ToScalar");

    public MethodInfo Create => IsSingle ? CreateOf<float>() : CreateOf<double>();

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

    public MethodInfo ShiftLeft => Whole.GetMethod("op_LeftShift", [Whole, typeof(int)])!;

    public MethodInfo ShiftRight => Whole.GetMethod("op_UnsignedRightShift", [Whole, typeof(int)])!;

    public MethodInfo AndWhole => Whole.GetMethod("op_BitwiseAnd", [Whole, Whole])!;

    public MethodInfo CreateWhole => IsSingle ? CreateOf<int>() : CreateOf<long>();

    public MethodInfo ConditionalSelect => Generic("ConditionalSelect");

    public MethodInfo GreaterThan => Generic("GreaterThan");

    public MethodInfo EqualTo => Generic("Equals");

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
        KernelOp.Abs => Generic("Abs"),
        KernelOp.Sqrt => Generic("Sqrt"),
        KernelOp.Floor or KernelOp.Round => methods.GetMethod(op.ToString(), [Vector])!,
        KernelOp.SinBeyond => Far(typeof(FarSine)),
        KernelOp.CosBeyond => Far(typeof(FarCosine)),
        KernelOp.Maximum => Generic("Max"),
        KernelOp.Minimum => Generic("Min"),
        KernelOp.MaximumNative => Generic("MaxNative"),
        KernelOp.MinimumNative => Generic("MinNative"),
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
        methods.GetMethod("As", BindingFlags.Static | BindingFlags.Public)!.MakeGenericMethod(from, to);

    // Each is the only one of its name; to choose among several, the runtime would load the types of all their parameters.
    MethodInfo Generic(string name) =>
        methods.GetMethod(name, BindingFlags.Static | BindingFlags.Public)!.MakeGenericMethod(element);

    // One of many of its name.
    MethodInfo CreateOf<TNumber>() => ((Length * ElementSize) switch
    {
        64 => (Delegate)(Func<TNumber, Vector512<TNumber>>)Vector512.Create,
        32 => (Func<TNumber, Vector256<TNumber>>)Vector256.Create,
        _ => (Func<TNumber, Vector128<TNumber>>)Vector128.Create,
    }).Method;
}
