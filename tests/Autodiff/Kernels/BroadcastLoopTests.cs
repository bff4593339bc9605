namespace Autograd.Tests.Autodiff.Kernels;

public class BroadcastLoopTests
{
    [Fact]
    public void AgreesWithAWalkOverAllIndices()
    {
        var random = new System.Random(1);
        for (int trial = 0; trial < 500; trial++)
        {
            Shape result = Shape.Create([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 5))]);
            Shape left = Part(random, result), right = Part(random, result);
            result = ShapeRules.Broadcast("Subtract", left, right);
            var (a, b) = (Data.Normal(left, (ulong)trial), Data.Normal(right, (ulong)trial + 1000));
            var actual = new double[result.ElementCount];
            BroadcastLoop.Run<SubtractFunction, double>(a.AsSpan<double>(), left, b.AsSpan<double>(), right, actual, result);
            Assert.Equal(Data.Tabulate(result, at => a.At(Reader(at, left)) - b.At(Reader(at, right))), actual);
        }
    }

    [Fact]
    public void TheReaderAgreesToo()
    {
        var random = new System.Random(2);
        for (int trial = 0; trial < 300; trial++)
        {
            Shape result = Shape.Create([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 5))]);
            var operand = Data.Normal(Part(random, result), (ulong)trial);
            Expect.Equal(
                result, Data.Tabulate(result, at => operand.At(Reader(at, operand.Shape))), Functions.BroadcastTo(operand, result));
        }
    }

    [Fact]
    public void ShortRunsAgreeWithOperandsThatAreWrittenOut()
    {
        var random = new System.Random(3);
        for (int trial = 0; trial < 200; trial++)
        {
            // More elements than are written out at once.
            Shape result = Shape.Create([random.Next(1, 4), random.Next(1, 600), random.Next(1, 40)]);
            var (a, b) = (Data.Normal(Part(random, result), (ulong)trial), Data.Normal(Part(random, result), (ulong)trial + 1000));
            result = ShapeRules.Broadcast("Subtract", a.Shape, b.Shape);
            var expected = Functions.BroadcastTo(a, result) - Functions.BroadcastTo(b, result);
            Expect.Equal(result, expected.ToDoubles(), a - b);
            expected = Functions.BroadcastTo(a, result) / Functions.BroadcastTo(b, result);
            Expect.Equal(result, expected.ToDoubles(), a / b);
        }
    }

    // Some axes at length 1, some leading ones left out.
    static Shape Part(System.Random random, Shape shape)
    {
        int[] lengths = [.. shape.Lengths.ToArray().Select(length => random.Next(3) == 0 ? 1 : length)];
        return Shape.Create(lengths.AsSpan(random.Next(2) * random.Next(lengths.Length + 1)));
    }

    static int[] Reader(int[] at, Shape shape) =>
        [.. Enumerable.Range(0, shape.Rank).Select(i => shape[i] == 1 ? 0 : at[at.Length - shape.Rank + i])];
}
