using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>
/// A tape has the memory of what it recorded, and no other: nothing of it is left to the garbage collector, and nothing is held that no
/// entry needs.
/// </summary>
public class OwnedMemoryLaws
{
    [Law(200)]
    public void ATapeHasTheMemoryOfItsEntries(Draw draw)
    {
        var program = draw.Of(RandomProgram.Of);
        using var tape = new Tape();
        foreach (var input in program.Inputs) tape.Watch(input);
        program.Run(program.Inputs);
        HasWhatItNeeds(tape, program.Inputs);
    }

    [Law(200)]
    public void ATapeHasTheMemoryOfWhatSegmentsLeave(Draw draw)
    {
        var (program, steps, length) = draw.Of(draw => (RandomProgram.Of(draw), draw.Whole(1, 5), draw.Whole(1, 3)));
        using var tape = new Tape();
        foreach (var input in program.Inputs) tape.Watch(input);
        var (outputs, _) = Checkpoint.Sequence(steps, length, program.Inputs, Segment);
        HasWhatItNeeds(tape, program.Inputs);
        // A sweep runs the segments again, and leaves nothing but gradients; a new one is made where there is none.
        var total = Sum(outputs);
        var gradients = tape.Gradients(total, program.Inputs);
        HasWhatItNeeds(tape, program.Inputs, Array.FindAll(gradients, gradient => gradient.Storage!.SizeClass >= 0));

        (Tensor Outputs, Tensor[] Next) Segment(int first, int count, Tensor[] before)
        {
            var outputs = new Tensor[count];
            for (int i = 0; i < count; i++)
            {
                var values = program.Run(before);
                (outputs[i], before) = (values[^1], [.. values.TakeLast(before.Length)]);
            }
            return (Stack(outputs), before);
        }
    }

    static void HasWhatItNeeds(Tape tape, Tensor[] given, params Tensor[] asked)
    {
        var memory = tape.Memory;
        var needed = new HashSet<Storage>(asked.Select(one => one.Storage!), ReferenceEqualityComparer.Instance);
        for (int entry = 0; entry < memory.EntryCount; entry++)
        {
            foreach (var result in memory.ResultsOf(entry)) needed.Add(result.Storage!);
            if (memory.OperationOf(entry) is { } operation) needed.UnionWith(operation.Kept);
        }
        // A view of an input lies in its memory.
        needed.ExceptWith(given.Select(input => input.Storage!));
        Assert.All(needed, storage => Assert.True(storage.SizeClass >= 0, "Memory of an entry was left to the garbage collector."));
        Assert.Equal(needed.Count, memory.Mark().Owned);
    }
}
