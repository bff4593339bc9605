using System.Numerics;
using System.Reflection;

namespace Autograd.Hostile;

/// <summary>Bad values of any type that a public member takes.</summary>
static class Bad
{
    const int MostOfList = 4;
    static readonly (Tape Tape, Tensor Tensor) ended = Ended(), foreign = Foreign();

    public static bool IsPath(string name) =>
        new[] { "path", "file", "folder", "directory" }.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    public static IEnumerable<Sample> Of(ParameterInfo parameter, Values values) =>
        Of(Caller.Outside(parameter.ParameterType), parameter.Name!, values);

    public static IEnumerable<Sample> Of(Type type, string name, Values values)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Of(inner, name, values);
        IEnumerable<Sample> nothing = type.IsValueType ? [new("default", () => Activator.CreateInstance(type))] : [new("null", () => null)];
        return
            type == typeof(int) ? Wholes(0, -1, int.MinValue, int.MaxValue)
            : type == typeof(long) ? Wholes(0L, -1L, long.MinValue, long.MaxValue)
            : type == typeof(uint) ? Wholes(0u, uint.MaxValue)
            : type == typeof(ulong) ? Wholes(0ul, ulong.MaxValue)
            : type == typeof(byte) ? Wholes<byte>(0, byte.MaxValue)
            : type == typeof(double) ? Reals(x => x)
            : type == typeof(float) ? Reals(x => (float)x)
            : type == typeof(char) ? new[] { '\0', '\uFFFF', '\uD800' }.Select(c => new Sample($"U+{(int)c:X4}", () => c))
            : type.IsEnum ? [Undefined(type, 99), Undefined(type, -1)]
            : type == typeof(string) ? nothing.Concat(Texts(name))
            : type == typeof(Tensor) ? nothing.Concat(Tensors(values))
            : type == typeof(Shape) ? nothing.Concat(Shapes())
            : Kinds(type, values) is { } kinds ? nothing.Concat(kinds)
            : type.IsAssignableTo(typeof(Delegate)) ? nothing.Concat(Functions(type, values))
            : Values.ElementOf(type) is { } element ? nothing.Concat(Lists(type, element, name, values))
            : nothing.Concat(Options(type, values));
    }

    static IEnumerable<Sample>? Kinds(Type type, Values values) =>
        type == typeof(Tape) ? [new("an ended tape", () => ended.Tape), new("a tape of another thread", () => foreign.Tape)]
        : type == typeof(Parameter) ? Parameters(values)
        : type.IsAssignableTo(typeof(Autograd.Layers.Module)) ? [new("weights of NaN", () => OfNaN(type, values), IsFinite: false)]
        : type == typeof(RandomKey) ? Keys()
        : type == typeof(TimeSpan) ? Times()
        : type == typeof(DateTimeOffset) ? [new("the end of time", () => DateTimeOffset.MaxValue)]
        : type == typeof(BigInteger) ? [.. new BigInteger[] { -1, 0, BigInteger.Pow(10, 400) }.Select(n => new Sample("a number", () => n))]
        : type == typeof(CancellationToken) ? [new("cancelled", () => new CancellationToken(true))]
        : type == typeof(Stream) ? Streams()
        : null;

    static IEnumerable<Sample> Keys() =>
        new ulong[] { 0, 1ul << 63, ulong.MaxValue }.Select(seed => new Sample($"key {seed}", () => new RandomKey(seed, uint.MaxValue)));

    static IEnumerable<Sample> Times() =>
        new[] { TimeSpan.Zero, Timeout.InfiniteTimeSpan, TimeSpan.FromTicks(-1), TimeSpan.MinValue, TimeSpan.MaxValue }
            .Select(time => new Sample($"{time}", () => time));

    static IEnumerable<Sample> Streams() =>
    [
        new("a closed stream", Closed),
        new("a stream to read from", () => new MemoryStream([1, 2, 3], writable: false)),
    ];

    static MemoryStream Closed()
    {
        var stream = new MemoryStream();
        stream.Dispose();
        return stream;
    }

    static IEnumerable<Sample> Parameters(Values values)
    {
        var shape = values.Profile.Shape;
        foreach (double number in new[] { double.NaN, double.PositiveInfinity })
            yield return new($"a parameter of {number}", () => new Parameter("bad", Tensor.Full(shape, number)), IsFinite: false);
        yield return new("a double parameter", () => new Parameter("bad", values.Profile.Tensor(ElementType.Float64)));
        yield return new("a parameter of another shape", () => new Parameter("bad", Tensor.Ones([3, 7])));
        yield return new("an empty parameter", () => new Parameter("bad", Tensor.Zeros([0])));
    }

    static object OfNaN(Type type, Values values)
    {
        var module = (Autograd.Layers.Module)values.Of(type, "module")!;
        foreach (var parameter in module.Parameters) parameter.Assign(Tensor.Full(parameter.Shape, double.NaN, parameter.ElementType));
        return module;
    }

    static IEnumerable<Sample> Wholes<T>(params T[] values) => values.Select(value => new Sample($"{value}", () => value));

    static IEnumerable<Sample> Reals<T>(Func<double, T> convert) =>
        new[] { 0, -1, double.Epsilon, double.MaxValue, double.MinValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity }
            .Select(value => new Sample($"{value}", () => convert(value), IsFinite(convert(value))));

    static bool IsFinite<T>(T value) => double.IsFinite(Convert.ToDouble(value, null));

    static Sample Undefined(Type type, int value) =>
        new($"({type.Name}){value}", () => Enum.ToObject(type, value), IsRefused: true);

    static IEnumerable<Sample> Texts(string name)
    {
        string[] texts = ["", " ", "\0", "\uD800", "{", "1e400", new string('x', 100_000)];
        string[] paths = [Kept.Folder.Path, "no/such/file", "/dev/null/no"];
        return (IsPath(name) ? [.. texts, .. paths] : texts)
            .Select(text => new Sample(Name(text), () => text));
    }

    static string Name(string text) =>
        text.Length > 20 ? $"a text of {text.Length}"
        : $"\"{string.Concat(text.Select(c => c is < ' ' or > '~' ? $"\\u{(int)c:X4}" : c.ToString()))}\"";

    static IEnumerable<Sample> Tensors(Values values)
    {
        var shape = values.Profile.Shape;
        yield return new("a double tensor", () => values.Profile.Tensor(ElementType.Float64));
        yield return new("NaN", () => Tensor.Full(shape, double.NaN), IsFinite: false);
        yield return new("infinity", () => Tensor.Full(shape, double.PositiveInfinity), IsFinite: false);
        yield return new("zeros", () => Tensor.Zeros(shape));
        yield return new("negative", () => Tensor.Full(shape, -3));
        yield return new("huge", () => Tensor.Full(shape, 3e38), IsFinite: false);
        yield return new("a scalar", () => Tensor.Scalar(1));
        foreach (int[] lengths in new[] { [0], [0, 2], [2, 0], [3, 0, 2], [7], [3, 7], [2, 3, 5, 7], new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 } })
            yield return new($"[{string.Join(", ", lengths)}]", () => Tensor.Ones(Shape.Create(lengths)));
        yield return new("an ended tensor", () => ended.Tensor);
        yield return new("a foreign tensor", () => foreign.Tensor);
        yield return new("a symbolic tensor", () => Tensor.Symbolic(shape));
    }

    static IEnumerable<Sample> Shapes() =>
        new int[][] { [], [0], [0, 0], [0, int.MaxValue, int.MaxValue], [int.MaxValue], [1, 1, 1, 1, 1, 1, 1, 1, 1] }
            .Select(lengths => new Sample($"shape [{string.Join(", ", lengths)}]", () => Shape.Create(lengths)));

    static IEnumerable<Sample> Functions(Type type, Values values)
    {
        var result = type.GetMethod("Invoke")!.ReturnType;
        yield return new("a function that throws", () => values.Function(type, () => throw new FromUserException(), isBad: true, 0));
        if (result == typeof(void)) yield break;
        foreach (var sample in Of(result, "result", values))
            yield return sample with
            {
                Name = "a function that returns " + sample.Name,
                Make = () => values.Function(type, sample.Make, isBad: true, 0),
                IsRefused = false,
            };
    }

    static IEnumerable<Sample> Lists(Type type, Type element, string name, Values values)
    {
        yield return new("an empty list", () => Values.List(type, element, _ => null, 0));
        bool hasKeys = element.IsGenericType && element.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);
        if (hasKeys) yield break;
        yield return new("a list of one", () => Values.List(type, element, _ => values.Of(element, name, 1), 1));
        foreach (var sample in Of(element, name, values))
            yield return sample with
            {
                Name = "a list with " + sample.Name,
                Make = () => Values.List(type, element, i => i == 0 ? sample.Make() : values.Of(element, name, 1)),
            };
    }

    // Records of options, tuples and states: one part is bad.
    static IEnumerable<Sample> Options(Type type, Values values)
    {
        if (type.Namespace?.StartsWith("Autograd", StringComparison.Ordinal) != true && !type.IsValueType) yield break;
        if (type.IsPrimitive) yield break;
        var parts = type.GetProperties().Where(part => part.CanWrite && part.GetIndexParameters().Length == 0)
            .Select(part => (part.Name, Kind: part.PropertyType, Set: (Action<object, object?>)part.SetValue))
            .Concat(type.GetFields().Where(part => !part.IsStatic && !part.IsLiteral)
                .Select(part => (part.Name, Kind: part.FieldType, Set: (Action<object, object?>)part.SetValue)));
        foreach (var part in parts)
            foreach (var sample in Of(part.Kind, part.Name, values).Take(MostOfList * 4))
                yield return sample with { Name = $"{part.Name} = {sample.Name}", Make = () => With(type, values, part.Set, sample) };
    }

    static object With(Type type, Values values, Action<object, object?> set, Sample sample)
    {
        object made = values.Of(type, "options")!;
        set(made, sample.Make());
        return made;
    }

    static (Tape, Tensor) Ended()
    {
        (Tape, Tensor) made = default;
        var thread = new Thread(() =>
        {
            using var tape = new Tape();
#pragma warning disable AG0006 // That it has ended is what makes it bad.
            made = (tape, Autograd.Functions.Exp(tape.Watch(Tensor.Ones([2, 2]))));
#pragma warning restore AG0006
        });
        thread.Start();
        thread.Join();
        return made;
    }

    // Its tape goes on, on a thread that waits for ever.
    static (Tape, Tensor) Foreign()
    {
        (Tape, Tensor) made = default;
        using var ready = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            using var tape = new Tape();
            made = (tape, Autograd.Functions.Exp(tape.Watch(Tensor.Ones([2, 2]))));
            ready.Set();
            Thread.Sleep(Timeout.Infinite);
        })
        { IsBackground = true };
        thread.Start();
        ready.Wait();
        return made;
    }
}
