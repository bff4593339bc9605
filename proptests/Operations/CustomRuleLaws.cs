using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What the rules of an operation of one's own give is checked before it is used, whichever rule it is.</summary>
public class CustomRuleLaws
{
    enum Rule
    {
        Value,
        Vjp,
        Jvp,
        Map,
    }

    enum Gift
    {
        OfAnEndedTape,
        OfAnEndedSegment,
        OfAnotherThread,
        OfAnotherShape,
        OfAnotherType,
    }

    [Law(300)]
    public void WhatARuleMayNotGiveIsRefusedByItsName(Draw draw)
    {
        var (sum, inputs, isRecorded) = draw.Of(Trial);
        var error = Record.Exception(() => Run(sum, inputs, isRecorded))!;
        Assert.IsType(sum.Gift switch
        {
            Gift.OfAnotherThread => typeof(TapeException),
            Gift.OfAnotherShape => typeof(ShapeException),
            Gift.OfAnotherType => typeof(ElementTypeException),
            _ => typeof(ObjectDisposedException),
        }, error);
        Assert.StartsWith($"{sum.Name}: {sum.Place}", error.Message, StringComparison.Ordinal);
        Assert.Null(Tape.Current);
    }

    static void Run(SpoiledSum sum, Tensor[] inputs, bool isRecorded)
    {
        if (sum.Rule == Rule.Map)
        {
            Vmap.Run(rows => [sum.Apply(rows)], inputs);
            return;
        }
        using var tape = new Tape();
        foreach (var input in inputs) tape.Watch(input);
        var value = sum.Apply(inputs);
        if (sum.Rule == Rule.Vjp) tape.Gradients(Sum(Square(value)), inputs, isRecorded);
        else tape.Tangents([value], inputs, inputs, isRecorded);
    }

    // What must not be given is as it should be in all else.
    static Tensor Made(Gift gift, Shape shape)
    {
        var x = Tensor.Ones(shape, ElementType.Float64);
        switch (gift)
        {
            case Gift.OfAnotherShape: return Stack([x, x]);
            case Gift.OfAnotherType: return x.As(ElementType.Float32);
            case Gift.OfAnotherThread: return OnAnotherThread(() => 2 * new Tape().Watch(x));
        }
        using var tape = new Tape();
        tape.Watch(x);
#pragma warning disable AG0006 // A gift that is refused.
        if (gift == Gift.OfAnEndedTape) return 2 * x;
#pragma warning restore AG0006
        Tensor? within = null;
        Checkpoint.Run(() => 3 * (within = 2 * x));
        return within!;
    }

    static Tensor OnAnotherThread(Func<Tensor> make)
    {
        Tensor? made = null;
        var thread = new Thread(() => made = make());
        thread.Start();
        thread.Join();
        return made!;
    }

    static (SpoiledSum Sum, Tensor[] Inputs, bool IsRecorded) Trial(Draw draw)
    {
        var (rule, gift) = (draw.OneOf(Enum.GetValues<Rule>().AsSpan()), draw.OneOf(Enum.GetValues<Gift>().AsSpan()));
        var shape = draw.Shape(minimumRank: 1, mayBeEmpty: false);
        int operands = draw.Whole(1, 3);
        var sum = new SpoiledSum(rule, gift, draw.Whole(0, operands - 1), Made(gift, shape));
        return (sum, [.. Enumerable.Range(0, operands).Select(_ => draw.Values(shape, Domain.Any))], draw.Flag());
    }

    /// <summary>The sum of its operands, with one rule that gives what it may not.</summary>
    sealed class SpoiledSum(Rule rule, Gift gift, int spoiled, Tensor given) : CustomOperation
    {
        public Rule Rule => rule;

        public Gift Gift => gift;

        /// <summary>The rule as messages name it.</summary>
        public string Place => rule switch
        {
            Rule.Value => "the value",
            Rule.Vjp => $"the vjp rule for argument {spoiled}",
            Rule.Jvp => "the jvp rule",
            _ => "the batching rule",
        };

        public override Tensor Value(ReadOnlySpan<Tensor> operands) => rule == Rule.Value ? given : Total(operands);

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            rule == Rule.Vjp && argument == spoiled ? given : cotangent;

        public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
            rule == Rule.Jvp ? given : Total(tangents!);

        public override Tensor Map(ReadOnlySpan<Tensor> operands, ReadOnlySpan<bool> isMapped, int rows) =>
            rule == Rule.Map ? given : Total(operands);

        public override string ToString() => $"{Place} of {Name} gives {gift}";

        static Tensor Total(ReadOnlySpan<Tensor> terms)
        {
            var total = terms[0];
            foreach (var term in terms[1..]) total += term;
            return total;
        }
    }
}
