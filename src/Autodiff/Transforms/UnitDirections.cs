namespace Autograd.Transforms;

/// <summary>Sweeps of one recording in the directions of all unit vectors, many at once by a map over them.</summary>
static class UnitDirections
{
    // Of the largest value of a sweep in all directions of a part, about 32 MB in double.
    const int MostElements = 1 << 22;

    /// <summary>The results of a linear function of a tensor for every unit tensor, in order, along a leading axis.</summary>
    /// <param name="run">What is swept.</param>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="type">Element type.</param>
    /// <param name="sweep">The function; whether the sweep is recorded.</param>
    public static Tensor[] All(Recording run, Shape shape, ElementType type, Func<Tensor, bool, Tensor[]> sweep)
    {
        int count = shape.ElementCount;
        if (count == 0)
            return Array.ConvertAll(
                sweep(Tensor.Zeros(shape, type), run.IsNested), result => Functions.BroadcastTo(result, [0, .. result.Shape.Lengths]));
        return Mapped(run, shape, type, sweep) ?? OneByOne(run, shape, type, sweep);
    }

    // Null where a rule reads values, or cannot be mapped.
    static Tensor[]? Mapped(Recording run, Shape shape, ElementType type, Func<Tensor, bool, Tensor[]> sweep)
    {
        try
        {
            // Recorded, since what it computes from values of the tape must stay.
            var program = Vmap.Trace(direction => sweep(direction[0], true), [new Tensor(type, shape, null)]);
            using var pause = run.IsNested ? default : run.Tape.Pause();
            Tensor[] leaves = Array.ConvertAll(program.Leaves, Recorder.Actual);
            bool[] isMapped = [true, .. leaves.Select(_ => false)];
            int largest = program.Values.Max(value => value.Shape.ElementCount);
            return InParts(shape, type, Math.Max(1, MostElements / Math.Max(1, largest)), units =>
                MappedProgram.RunSpread(program, [units, .. leaves], isMapped, units.Shape[0]));
        }
        catch (Exception error) when (error is SymbolicReadException or MissingRuleException)
        {
            return null;
        }
    }

    static Tensor[] OneByOne(Recording run, Shape shape, ElementType type, Func<Tensor, bool, Tensor[]> sweep) =>
        InParts(shape, type, 1, unit =>
        Array.ConvertAll(sweep(unit[0], run.IsNested), result => Functions.Reshape(result, [1, .. result.Shape.Lengths])));

    static Tensor[] InParts(Shape shape, ElementType type, int most, Func<Tensor, Tensor[]> evaluate)
    {
        var parts = new List<Tensor[]>();
        for (int first = 0; first < shape.ElementCount; first += most)
            parts.Add(evaluate(Units(shape, type, first, Math.Min(most, shape.ElementCount - first))));
        return parts.Count == 1 ? parts[0]
            : [.. parts[0].Select((_, result) => Functions.Concatenate(0, [.. parts.Select(part => part[result])]))];
    }

    // Zeros with a 1, at another place in each row.
    static Tensor Units(Shape shape, ElementType type, int first, int count)
    {
        Shape all = [count, .. shape.Lengths];
        var elements = new double[all.ElementCount];
        for (int i = 0; i < count; i++) elements[i * shape.ElementCount + first + i] = 1;
        return Tensor.Own(elements, all, type);
    }
}
