using System.Numerics;
using Autograd.Tests.Autodiff.Scan;

namespace Autograd.Tests.Autodiff;

/// <summary>What is true of every elementwise operation of the library, found in the assembly.</summary>
public class ElementwiseOperationTests : Poisoned
{
    static readonly double[] Attributes = [-0.5, 1.5];

    static readonly double[] Special =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2, -2, 3, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        float.MaxValue, -float.MaxValue, 1e30, -1e30, 1e-30,
    ];

    static readonly Dictionary<string, ElementwiseOperation> All = Found().ToDictionary(NameOf);

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void CodeComputesTheSameInSingle(string name) => CodeComputesTheSame<float>(All[name], ElementType.Float32);

    [Theory, MemberData(nameof(Names))]
    public void CodeComputesTheSameInDouble(string name) => CodeComputesTheSame<double>(All[name], ElementType.Float64);

    [Theory, MemberData(nameof(Names))]
    public void AnElementAloneIsWhatItIsAmongMany(string name)
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var operands = Points(All[name], type, 500);
            double[] together = Dispatcher.Apply(All[name], operands).ToDoubles();
            for (int i = 0; i < together.Length; i++)
            {
                var alone = Dispatcher.Apply(All[name], Array.ConvertAll(operands, operand => Functions.Slice(operand, 0, i, 1)));
                Assert.Equal(together[i], alone.ToDoubles()[0]);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void NumbersMayBeTensors(string name)
    {
        var operation = All[name];
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            using var tape = new Tape();
            var operands = Array.ConvertAll(Points(operation, type, 37), tape.Watch);
            Tensor?[] numbers = [.. operation.Numbers.ToArray().Select(number => Tensor.Scalar(number, type))];
            var expected = Dispatcher.Apply(operation, operands);
            Same(tape, expected, operation.ApplyWithNumbers(operands, numbers), operands, operation.Name);
            Same(tape, expected, operation.ApplyWithNumbers(operands, new Tensor?[numbers.Length]), operands, operation.Name);
        }
    }

    [Fact]
    public void NumbersAloneDistinguish()
    {
        ElementwiseOperation one = new UnaryOperation<ScaleShiftFunction>(new(2, 3));
        ElementwiseOperation other = new UnaryOperation<ScaleShiftFunction>(new(2, 4));
        Assert.False(one.IsSameAs(other));
        Assert.True(one.IsSameApartFromNumbers(other));
        Assert.False(one.IsSameApartFromNumbers(UnaryOperation<TanhFunction>.Instance));
        Assert.False(UnaryOperation<TanhFunction>.Instance.IsSameApartFromNumbers(UnaryOperation<SigmoidFunction>.Instance));
        Assert.Equal([2, 4], other.Numbers.ToArray());
        Assert.True(BinaryOperation<AddFunction>.Instance.IsSameApartFromNumbers(BinaryOperation<AddFunction>.Instance));
        Assert.True(BinaryOperation<AddFunction>.Instance.Numbers.IsEmpty);
        Assert.Equal(2, All.Values.Single(operation => operation is UnaryOperation<ClampFunction>).Numbers.Length);
    }

    [Fact]
    public void CostsAreKnown()
    {
        Assert.Equal(OperationCost.Expensive, UnaryOperation<TanhFunction>.Instance.Cost);
        Assert.Equal(OperationCost.Expensive, BinaryOperation<PowerFunction>.Instance.Cost);
        Assert.Equal(OperationCost.Cheap, BinaryOperation<AddFunction>.Instance.Cost);
        Assert.Equal(OperationCost.Cheap, new UnaryOperation<PowerConstantFunction>(new(2)).Cost);
        Assert.Equal(OperationCost.Expensive, new UnaryOperation<PowerConstantFunction>(new(2.5)).Cost);
        Assert.Equal(OperationCost.Free, new ReshapeOperation([1]).Cost);
        Assert.Equal(OperationCost.Expensive, UnaryOperation<LogFunction>.Instance.Cost);
    }

    // To a few roundings of the value. Kernels flush subnormal exponentials to 0, and what is a function of one is that much off.
    static void CodeComputesTheSame<T>(ElementwiseOperation operation, ElementType type)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var operands = Points(operation, type, 20_000);
        double[] expected = Dispatcher.Apply(operation, operands).ToDoubles();
        double[][] arguments = Array.ConvertAll(operands, operand => operand.ToDoubles());
        using var run = new KernelRun<T>(expected.Length, 1);
        int[] slots = [.. arguments.Select(numbers => run.Matrix(InOrder(numbers)))];
        int target = run.Matrix();
        EmittedNumber[] loaded = [.. slots.Select(slot => run.Load(KernelOp.Element, slot))];
        run.Kernel.Write(KernelWrite.Store, target, operation.Value<EmittedNumber>(loaded));
        run.Run();
        var (epsilon, tiny) = type == ElementType.Float32 ? (Math.Pow(2, -23), 1.2e-38) : (Math.Pow(2, -52), 2.3e-308);
        // Terms that cancel are as exact as they are large.
        bool isNearZero = operation is BinaryOperation<LogAddExpFunction> or UnaryOperation<LogGammaFunction>;
        for (int i = 0; i < expected.Length; i++)
        {
            double actual = run.At(target, 0, i), unit = isNearZero ? Math.Max(1, Math.Abs(expected[i])) : Math.Abs(expected[i]);
            if (operation is UnaryOperation<GeluFunction>) unit *= Exponent(arguments[0][i]);
            if (expected[i].Equals(actual) || Math.Abs(expected[i] - actual) <= 8 * epsilon * unit + tiny) continue;
            string at = string.Join(", ", arguments.Select(numbers => numbers[i].ToString("R")));
            Assert.Fail($"{operation.Name}({at}) is {expected[i]:R}, in code {actual:R}.");
        }
    }

    // What multiplies the argument's roundings.
    static double Exponent(double x) => 1 + Math.Abs(1.6 * (x + 0.045 * x * x * x));

    static Func<Random, double> InOrder(double[] numbers)
    {
        int next = 0;
        return _ => numbers[next++];
    }

    static void Same(Tape tape, Tensor expected, Tensor actual, Tensor[] operands, string name)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.ElementType, actual.ElementType);
        double epsilon = expected.ElementType == ElementType.Float32 ? Math.Pow(2, -23) : Math.Pow(2, -52);
        Near(expected.ToDoubles(), actual.ToDoubles(), 2 * epsilon, name);
        var vector = Data.Counting(expected.Shape, expected.ElementType);
        foreach (bool record in new[] { false, true })
            foreach (var operand in operands)
                Near(Gradient(expected, operand, record), Gradient(actual, operand, record), 16 * epsilon, name);

        double[] Gradient(Tensor result, Tensor operand, bool record) =>
            tape.Gradients([result], [vector], [operand], record)[0].ToDoubles();
    }

    static void Near(double[] expected, double[] actual, double bound, string name)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = bound * Math.Max(1e-30, Math.Abs(expected[i]));
            bool isNear = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= allowed;
            Assert.True(isNear, $"{name} at {i}: {actual[i]:R}, expected {expected[i]:R}.");
        }
    }

    // Special values in every combination, numbers of all magnitudes, and many between −100 and 100.
    static Tensor[] Points(ElementwiseOperation operation, ElementType type, int count)
    {
        int operands = operation is WhereOperation ? 3 : IsBinary(operation) ? 2 : 1;
        var random = new Random(operands);
        double largest = type == ElementType.Float32 ? 38 : 300;
        double Draw(int i, int operand)
        {
            int combinations = (int)Math.Pow(Special.Length, operands);
            if (i < combinations && count > combinations) return Special[i / (int)Math.Pow(Special.Length, operand) % Special.Length];
            double sign = random.Next(2) == 0 ? -1 : 1;
            return random.Next(3) switch
            {
                0 => sign * Math.Pow(10, largest * (2 * random.NextDouble() - 1)),
                1 => sign * 3 * random.NextDouble(),
                _ => sign * 100 * random.NextDouble(),
            };
        }
        double[] Column(int operand) => [.. Enumerable.Range(0, count).Select(i => Draw(i, operand))];
        return [.. Enumerable.Range(0, operands).Select(operand => Data.Of(type, [count], Column(operand)))];
    }

    static ElementwiseOperation Created(Type operation, Type function, params object[] arguments) =>
        (ElementwiseOperation)Activator.CreateInstance(operation.MakeGenericType(function), arguments)!;

    static bool IsBinary(ElementwiseOperation operation) => operation.GetType().GetGenericTypeDefinition() == typeof(BinaryOperation<>);

    static string NameOf(ElementwiseOperation operation) => $"{operation.Name} of {operation.GetType().ToString().Split('.')[^1]}";

    static IEnumerable<ElementwiseOperation> Found()
    {
        yield return WhereOperation.Instance;
        foreach (var type in typeof(ElementwiseOperation).Assembly.GetTypes().Where(type => type.IsValueType))
        {
            if (type.IsAssignableTo(typeof(IBinaryFunction))) yield return Created(typeof(BinaryOperation<>), type);
            if (!type.IsAssignableTo(typeof(IUnaryFunction))) continue;
            var parameters = type.GetConstructors().Select(constructor => constructor.GetParameters()).MaxBy(some => some.Length) ?? [];
            object function = Activator.CreateInstance(
                type, [.. parameters.Select((one, i) => one.ParameterType == typeof(int) ? 1 : (object)Attributes[i])])!;
            yield return Created(typeof(UnaryOperation<>), type, function);
        }
    }
}
