namespace Autograd.Tests;

public class LargeArrayTests
{
    /// <summary>Programs that use the library run with src/LargeArrays.targets; these tests are one of them.</summary>
    [Fact]
    public void ArraysOfFiftyThousandNumbersAreBornYoung() =>
        // What lies in the heap of large objects counts as one of the oldest generation.
        Assert.True(GC.GetGeneration(new float[50_000]) < GC.MaxGeneration);
}
