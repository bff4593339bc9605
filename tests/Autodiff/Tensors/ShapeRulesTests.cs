namespace Autograd.Tests.Autodiff;

public class ShapeRulesTests
{
    public static TheoryData<int[], int[], int[]> Broadcasts => new()
    {
        { [], [], [] },
        { [], [3], [3] },
        { [3], [2, 1], [2, 3] },
        { [4, 1, 3], [2, 1], [4, 2, 3] },
        { [1], [0], [0] },
        { [0, 1], [1, 5], [0, 5] },
        { [2, 3], [2, 3], [2, 3] },
    };

    [Theory, MemberData(nameof(Broadcasts))]
    public void BroadcastingFollowsNumPy(int[] left, int[] right, int[] expected)
    {
        Assert.Equal(Shape.Create(expected), ShapeRules.Broadcast("Add", Shape.Create(left), Shape.Create(right)));
        Assert.Equal(Shape.Create(expected), ShapeRules.Broadcast("Add", Shape.Create(right), Shape.Create(left)));
        Assert.True(ShapeRules.CanBroadcast(Shape.Create(left), Shape.Create(expected)));
        Assert.True(ShapeRules.CanBroadcast(Shape.Create(right), Shape.Create(expected)));
    }

    [Theory]
    [InlineData(new[] { 2 }, new[] { 3 })]
    [InlineData(new[] { 0 }, new[] { 3 })]
    [InlineData(new[] { 2, 3 }, new[] { 3, 2 })]
    public void LengthsThatDifferAreAnError(int[] left, int[] right)
    {
        var error = Assert.Throws<ShapeException>(() => ShapeRules.Broadcast("Divide", Shape.Create(left), Shape.Create(right)));
        Expect.Mentions(error, "Divide", Shape.Create(left).ToString(), Shape.Create(right).ToString());
        Assert.False(ShapeRules.CanBroadcast(Shape.Create(left), Shape.Create(right)));
    }

    [Fact]
    public void ALargerShapeDoesNotBroadcastToASmaller() => Assert.False(ShapeRules.CanBroadcast([1, 3], [3]));

    [Fact]
    public void AxesCountFromBothEnds()
    {
        Assert.Equal(2, ShapeRules.Axis("Sum", [2, 3, 4], -1));
        Assert.Equal(0, ShapeRules.Axis("Sum", [2, 3, 4], -3));
        Assert.Equal([0, 2], ShapeRules.Axes("Sum", [2, 3, 4], [-1, 0]));
        Assert.Equal([0, 1, 2], ShapeRules.Axes("Sum", [2, 3, 4], []));
    }

    [Fact]
    public void AxesThatDoNotExistOrRepeatAreErrors()
    {
        Expect.Mentions(Assert.Throws<ShapeException>(() => ShapeRules.Axis("Sum", [2, 3], 2)), "Sum", "axis 2", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => ShapeRules.Axis("Sum", [2, 3], -3)), "Sum", "axis -3", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => ShapeRules.Axes("Sum", [2, 3], [1, -1])), "Sum", "axis 1", "twice", "[2, 3]");
    }

    [Fact]
    public void StridesProductsAndReplacements()
    {
        Shape shape = [2, 3, 4];
        Assert.Equal([12, 4, 1], shape.Strides());
        Assert.Equal((1, 6, 12), (shape.Product(1, 1), shape.Product(0, 2), shape.Product(1, 3)));
        Assert.Equal([2, 9, 4], shape.With(1, 9));
    }
}
