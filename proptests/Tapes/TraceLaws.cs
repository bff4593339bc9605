namespace Autograd.PropertyTests;

/// <summary>What stands in the program of a function that is traced within another one.</summary>
public class TraceLaws
{
    enum From
    {
        Inputs,
        Outside,
        Data,
    }

    /// <summary>
    /// What is computed from values of the function around it alone, or from data, is computed there: once, and not again wherever the
    /// inner program runs.
    /// </summary>
    [Law(300)]
    public void WhatDependsOnNoInputIsNoPartOfTheProgram(Draw draw)
    {
        var (program, from, isStep) = draw.Of(Trials);
        TracedFunction? inner = null;
        var outer = TracedFunction.Of(
            program.Inputs,
            outside =>
            {
                Tensor[] like = [.. program.Inputs.Where((_, i) => from[i] == From.Inputs)];
                inner = TracedFunction.Of(like, inputs => [program.Run(Mixed(program, from, inputs, outside))[^1]], isStep);
                return outside;
            },
            isStep: false);
        AllDepends(inner!, "the inner program");
        AllDepends(outer, "the outer program");
    }

    static List<Tensor> Mixed(RandomProgram program, From[] from, Tensor[] inputs, Tensor[] outside)
    {
        var given = new Queue<Tensor>(inputs);
        return [.. from.Select((source, i) => source switch
        {
            From.Inputs => given.Dequeue(),
            From.Outside => outside[i],
            _ => program.Inputs[i],
        })];
    }

    static void AllDepends(TracedFunction function, string what)
    {
        var depends = new bool[function.Values.Length];
        depends.AsSpan(0, function.FirstLeaf).Fill(true);
        foreach (var call in function.Calls)
        {
            Assert.True(
                Array.Exists(call.Operands, operand => depends[operand]),
                $"{what} has {call.Operation.Name}, whose operands depend on none of its {function.Inputs} inputs.");
            depends.AsSpan(call.First, call.Results).Fill(true);
        }
    }

    static (RandomProgram Program, From[] From, bool IsStep) Trials(Draw draw)
    {
        var program = RandomProgram.Of(draw);
        return (program, Array.ConvertAll(program.Inputs, _ => draw.OneOf(From.Inputs, From.Outside, From.Data)), draw.Flag());
    }
}
