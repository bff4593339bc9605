using System.Globalization;

namespace Autograd.Hostile;

/// <summary>
/// Every public member with null, NaN, infinities, huge, negative and zero numbers, undefined enumeration values, wrong element types and
/// shapes, tensors of ended and foreign tapes, and functions that give null, throw, or give any of these. Only the documented exceptions
/// come out; out of finite numbers come finite ones; and every call ends, where it would last by its cancellation.
/// </summary>
public class HostileTests
{
    // Deep recursion would end the process; a call without an end is told from a slow one by far.
    const int Stack = 16 << 20;
    static readonly TimeSpan endless = TimeSpan.FromMinutes(3);

    public static TheoryData<string> Types =>
        [.. Instances.Types.Where(Sweep.HasMembers).Select(type => type.Namespace + "." + Sweep.NameOf(type)).Distinct()];

    [Theory]
    [MemberData(nameof(Types))]
    public void OnlyDocumentedExceptionsComeOut(string name)
    {
        Alone(() =>
        {
            string[] faults =
            [
                .. Instances.Types.Where(type => Sweep.HasMembers(type) && type.Namespace + "." + Sweep.NameOf(type) == name)
                    .SelectMany(Sweep.MembersOf).SelectMany(Sweep.Of).Select(fault => fault.ToString()),
            ];
            Assert.True(faults.Length == 0, string.Join('\n', faults));
        });
    }

    // A sweep that reached nothing would find nothing. What is reached by now must leave the list.
    [Fact]
    public void MembersAcceptOrdinaryValuesButForThoseListed() => Alone(() =>
    {
        Kept.Folder.Clear();
        var members = Instances.Types.Where(Sweep.HasMembers).SelectMany(Sweep.MembersOf).ToList();
        string[] unreached = [.. members.Where(member => !Sweep.Accepts(member)).Select(Sweep.NameOf).Distinct()];
        Assert.Equal(Unreached.Members.Order(StringComparer.Ordinal), unreached.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void ReasonsAreNeeded() => Alone(() => Assert.Empty(Exceptions.Unneeded()));

    // What is planted is found.
    [Theory]
    [InlineData(nameof(Planted.Length), "NullReferenceException")]
    [InlineData(nameof(Planted.Half), Verdict.NotFinite)]
    [InlineData(nameof(Planted.Name), Verdict.Accepted)]
    [InlineData(nameof(Planted.First), "InvalidOperationException")]
    [InlineData(nameof(Planted.Part), "IndexOutOfRangeException")]
    [InlineData(nameof(Planted.Called), "NullReferenceException")]
    [InlineData(nameof(Planted.Sized), "OverflowException")]
    [InlineData(nameof(Planted.Left), "ArgumentOutOfRangeException of something else")]
    [InlineData(nameof(Planted.Long), "no array is that long")]
    [InlineData(nameof(Planted.Within), Verdict.NotFinite)]
    [InlineData(nameof(Planted.OneByOne), Verdict.NotFinite)]
    [InlineData(nameof(Planted.Late), "NullReferenceException")]
    [InlineData(nameof(Planted.Seconds), "OverflowException")]
    [InlineData(nameof(Planted.Begun), "NullReferenceException")]
    [InlineData(nameof(Planted.Sign), "ArithmeticException")]
    public void PlantedFaultsAreFound(string name, string what) => Alone(() =>
        Assert.Contains(Sweep.Of(typeof(Planted).GetMethod(name)!), fault => fault.What.StartsWith(what, StringComparison.Ordinal)));

    [Fact]
    public void WhatIsRightIsNoFault() => Alone(() => Assert.Empty(Sweep.Of(typeof(Planted).GetMethod(nameof(Planted.Right))!)));

    static void Alone(Action work)
    {
        Exception? failed = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    work();
                }
                catch (Exception thrown)
                {
                    failed = thrown;
                }
            },
            Stack)
        { IsBackground = true };
        thread.Start();
        for (string last = ""; !thread.Join(endless); last = Sweep.Now)
            Assert.True(last != Sweep.Now, string.Create(CultureInfo.InvariantCulture, $"{last}: has not ended."));
        if (failed is not null) throw new InvalidOperationException(failed.Message, failed);
    }

    static class Planted
    {
        public static int Length(string text) => text.Length;

        public static double Half(double x) => 1 / x;

        public static ElementType Name(ElementType type) => type;

        public static int First(IReadOnlyList<int> numbers) => numbers.First();

        public static int Part(ReadOnlySpan<int> numbers, int i) => numbers.ToArray()[i];

        public static int Called(Func<Tensor, Tensor> function) => function(Tensor.Ones([2])).Rank;

        public static int Sized(int count) => checked(count * 2);

        public static int[] Left(int discard) => (new int[3])[discard..];

        public static int Long(int count) => new int[Math.Max(count, 0)].Length;

        public static Result Within(double x) => new("a", [new("b", [], 1 / x)], 1);

        public static IEnumerable<double> OneByOne(double x)
        {
            yield return 0;
            yield return 1 / x;
        }

        public static IEnumerable<int> Late(string text)
        {
            yield return text.Length;
        }

        public static int Begun(Tape tape) => (tape is { IsEnded: false } ? "" : null)!.Length;

        public static int Sign(Parameter weight) => weight is null ? 0 : Math.Sign(Autograd.Functions.Sum(weight).ToScalar());

        public static int Seconds(TimeSpan time) => checked((int)time.TotalSeconds);

        public sealed record Result(string Name, IReadOnlyList<Result> Parts, double Value);

        public static int Right(string text, double x, Func<Tensor, Tensor> function)
        {
            ArgumentNullException.ThrowIfNull(text);
            ArgumentNullException.ThrowIfNull(function);
            if (!double.IsFinite(x)) throw new ArgumentOutOfRangeException(nameof(x));
            return (function(Tensor.Ones([2])) ?? throw new ArgumentException("null", nameof(function))).Rank;
        }
    }
}
