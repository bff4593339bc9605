namespace Autograd.Bench;

/// <summary>
/// The weights, or their gradients, with the gates side by side in the order forget, input, candidate, output:
/// <c>Input [inputs, 4 hidden]</c>, <c>Recurrent [hidden, 4 hidden]</c>, <c>Bias [4 hidden]</c>, and <c>Peepholes [3, hidden]</c> of the
/// gates forget, input, output.
/// </summary>
sealed class PeepholeLstmWeights<T>(PeepholeLstmSize size)
    where T : unmanaged
{
    readonly int hidden = size.Hidden, padded = size.Padded<T>();

    public AlignedBuffer<T> Input { get; } = new(size.Inputs * 4 * size.Padded<T>());

    public AlignedBuffer<T> Recurrent { get; } = new(size.Padded<T>() * 4 * size.Padded<T>());

    public AlignedBuffer<T> Bias { get; } = new(4 * size.Padded<T>());

    public AlignedBuffer<T> Peepholes { get; } = new(3 * size.Padded<T>());

    /// <summary>Takes the parts over from a cell's parameters, named as in its equations.</summary>
    public void Read(Func<string, T[]> parameter) =>
        Visit((name, row) => parameter(name).AsSpan(row.Source, hidden).CopyTo(row.Target.Part(row.Start, hidden)));

    /// <summary>One part by the name it has in the cell's equations.</summary>
    public T[] Named(string wanted)
    {
        var values = new List<T>();
        Visit((name, row) =>
        {
            if (name == wanted) values.AddRange(row.Target.Part(row.Start, hidden));
        });
        return [.. values];
    }

    void Visit(Action<string, Row> visit)
    {
        for (int gate = 0; gate < 4; gate++)
        {
            char letter = "fico"[gate];
            for (int i = 0; i < size.Inputs; i++) visit($"Wx{letter}", new(i * hidden, Input, (4 * i + gate) * padded));
            for (int i = 0; i < hidden; i++) visit($"Wh{letter}", new(i * hidden, Recurrent, (4 * i + gate) * padded));
            visit($"B{letter}", new(0, Bias, gate * padded));
        }

        for (int gate = 0; gate < 3; gate++) visit($"P{"fio"[gate]}", new(0, Peepholes, gate * padded));
    }

    readonly record struct Row(int Source, AlignedBuffer<T> Target, int Start);
}
