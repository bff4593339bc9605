using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>Whoever takes sequences to look at a cell refuses what is none, by name.</summary>
public class SequenceLaws
{
    static readonly Dictionary<string, Action<Cell<Tensor>, Tensor>> Takers = new()
    {
        ["Gate"] = (cell, x) => Gate.Of(cell, x),
        ["GradientFlow"] = (cell, x) => GradientFlow.OfLoss(cell, x, y => Functions.Sum(y)),
        ["ImpulseResponse"] = (cell, x) => ImpulseResponse.Of(cell, x, Tensor.Ones([2])),
        ["Recurrent"] = (cell, x) => Recurrent.Over(cell).Forward(x),
        ["GradientCheck"] = (cell, x) => GradientCheck.Run(cell, x),
    };

    public static TheoryData<string> Names => [.. Takers.Keys];

    [Theory, MemberData(nameof(Names))]
    public void WhatIsNoSequencesIsRefusedByName(string name) => Law.Holds(10, BadShape, shape =>
    {
        var cell = new GruCell(2, 3, new RandomKey(1));
        var error = Assert.Throws<ShapeException>(() => Takers[name](cell, Tensor.Zeros(shape)));
        Assert.StartsWith($"{name}: x is {shape}; ", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Takers[name](cell, null!));
    });

    // Without a batch, or without a step.
    static Shape BadShape(Draw draw) => draw.Flag() ? Shape.Create([0, draw.Whole(1, 3), 2])
        : Shape.Create([.. Enumerable.Range(0, draw.Whole(0, 2)).Select(_ => draw.Whole(1, 3))]);
}
