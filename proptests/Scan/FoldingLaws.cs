using System.Reflection;
using System.Reflection.Emit;

namespace Autograd.PropertyTests;

/// <summary>What is computed from plain numbers while a kernel is written.</summary>
public class FoldingLaws
{
    static readonly double[] special =
        [0, -0.0, 1, -1, 0.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 1e-7, 710];

    public static TheoryData<string> Members => [.. All.Keys];

    // Every operator and function in which elementwise functions are written, a new one too.
    static Dictionary<string, MethodInfo> All { get; } =
        InterfacesOf(typeof(EmittedNumber)).SelectMany(type => type.GetMethods()).Where(member => member.IsStatic).ToDictionary(Name);

    /// <summary>A number that is folded has the bits that double vectors give.</summary>
    [Theory]
    [MemberData(nameof(Members))]
    public void NumbersAreFoldedToTheBitsOfSpans(string name)
    {
        var folded = All[name];
        var onSpans = InterfacesOf(typeof(VectorNumber<double>)).SelectMany(type => type.GetMethods())
            .Single(member => Name(member) == name);
        Func<object[], object> fold = Caller(folded, typeof(EmittedNumber)), compute = Caller(onSpans, typeof(VectorNumber<double>));
        Law.Holds(100, draw => Array.ConvertAll(folded.GetParameters(), parameter => Argument(draw, parameter)), arguments =>
        {
            double expected = ((VectorNumber<double>)compute(Given(arguments, x => (VectorNumber<double>)x))).Value[0];
            double actual = NumberOf((EmittedNumber)fold(Given(arguments, x => (EmittedNumber)x)));
            Assert.True(
                BitConverter.DoubleToInt64Bits(actual) == BitConverter.DoubleToInt64Bits(expected)
                || (double.IsNaN(actual) && double.IsNaN(expected)),
                $"{name}({string.Join(", ", arguments)}) is folded to {actual:R}; spans give {expected:R}.");
        });

        object[] Given<N>(object[] arguments, Func<double, N> number)
            where N : struct => [.. folded.GetParameters().Select(
                (parameter, i) => parameter.ParameterType == typeof(EmittedNumber) ? (object)number((double)arguments[i]) : arguments[i])];
    }

    static string Name(MethodInfo member) =>
        $"{member.Name}({string.Join(", ", member.GetParameters().Select(parameter => parameter.Name))})";

    static IEnumerable<Type> InterfacesOf(Type number)
    {
        var lanes = number.GetInterfaces().Single(type => type.GetGenericTypeDefinition() == typeof(ILaneNumber<>));
        return lanes.GetInterfaces().Append(lanes);
    }

    static object Argument(Draw draw, ParameterInfo parameter) =>
        parameter.ParameterType == typeof(int) ? (object)draw.Whole(0, 3)
        : draw.Whole(0, 2) == 0 ? draw.OneOf(special.AsSpan())
        : Math.ScaleB(draw.Number(-1, 1), draw.Whole(-30, 30));

    // A member of an interface for the type that has it, or for which it has a body: no reflection calls it.
    static Func<object[], object> Caller(MethodInfo member, Type number)
    {
        var types = Array.ConvertAll(member.GetParameters(), parameter => parameter.ParameterType);
        var method = new DynamicMethod(member.Name, member.ReturnType, types, typeof(EmittedNumber).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        for (int i = 0; i < types.Length; i++) code.Emit(OpCodes.Ldarg, (short)i);
        code.Emit(OpCodes.Constrained, number);
        code.Emit(OpCodes.Call, member);
        code.Emit(OpCodes.Ret);
        return arguments => method.Invoke(null, arguments)!;
    }

    static double NumberOf(EmittedNumber number)
    {
        var kernel = new KernelBuilder(1, isSingle: false);
        int written = number.In(kernel);
        var instruction = kernel.Instructions[written];
        Assert.Equal(KernelOp.Constant, instruction.Op);
        return instruction.Number;
    }
}
