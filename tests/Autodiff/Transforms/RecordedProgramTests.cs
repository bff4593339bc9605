using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Transforms;

/// <summary>A function's program, whatever the numbers of its arguments and results.</summary>
public class RecordedProgramTests
{
    static readonly Parameter Weight = new("W", Tensor.From([1.0, 2.0, 3.0]));

    [Theory]
    [InlineData(0, 1), InlineData(0, 3), InlineData(1, 1), InlineData(1, 3), InlineData(3, 1), InlineData(3, 2), InlineData(2, 5)]
    public void ComputesWhatTheFunctionDoes(int arguments, int results)
    {
        Tensor[] x = [.. Enumerable.Range(0, arguments).Select(i => new RandomKey((ulong)i).Normal([3], type: ElementType.Float64))];
        var shape = (Shape.Create([3]), ElementType.Float64);
        var program = RecordedProgram.Of(Function, [.. Enumerable.Repeat(shape, arguments)])!;
        Check();
        using var tape = new Tape();
        program = RecordedProgram.Of(Function, [.. Enumerable.Repeat(shape, arguments)])!;
        Check();

        Tensor[] Function(Tensor[] given) => [.. Enumerable.Range(0, results)
            .Select(i => i % 2 == 0 ? given.Aggregate((Tensor)(Weight * (i + 1)), (sum, one) => sum * one + i) : Sum(Weight * i))];

        void Check()
        {
            for (int i = 0; i < arguments; i++) program.SetInput(i, x[i]);
            program.Run();
            Assert.Equal(Function(x).Select(result => result.ToDoubles()), program.Outputs.Select(output => output.ToDoubles()));
        }
    }

    [Fact]
    public void AnotherNumberOfResultsAtAnotherCallIsNoProgram()
    {
        int calls = 0;
        Assert.Null(RecordedProgram.Of(x => [.. Enumerable.Repeat(x[0] * 2, ++calls)], [([3], ElementType.Float64)]));
    }
}
