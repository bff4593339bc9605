namespace Autograd.Layers;

/// <summary>How long a network remembers in the forward direction.</summary>
public static class ImpulseResponse
{
    /// <summary>
    /// ‖h_t(x') − h_t(x)‖ / ‖h_0(x') − h_0(x)‖ for the outputs h of all steps, where x' is x with an impulse added to the input at t = 0;
    /// averaged over the sequences of the batch. The first number is 1.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="impulse">The impulse, <c>[inputs]</c>.</param>
    /// <exception cref="ShapeException">The rank of x is not 3, or the impulse does not fit.</exception>
    /// <exception cref="ArgumentException">The impulse does not reach the output at t = 0.</exception>
    public static double[] Of<TState>(Cell<TState> cell, Tensor x, Tensor impulse)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(impulse);
        Lengths.CheckSequences(nameof(ImpulseResponse), x, default);
        if (x.Rank != 3 || impulse.Rank != 1 || impulse.Shape[0] != x.Shape[2])
            throw new ShapeException(
                $"ImpulseResponse: x is {x.Shape}, the impulse is {impulse.Shape}; [time, batch, inputs] and [inputs] are needed.");
        var layer = Recurrent.Over(cell);
        var struck = Functions.Concatenate(0, (x[0] + impulse).Reshape(1, x.Shape[1], x.Shape[2]), x[1..]);
        var difference = layer.Forward(struck).Detach() - layer.Forward(x).Detach();
        int steps = x.Shape[0], batch = x.Shape[1];
        var response = new double[steps];
        for (int b = 0; b < batch; b++)
        {
            double first = Norm(difference[0][b]);
            if (first == 0)
                throw new ArgumentException(
                    $"ImpulseResponse: the impulse changes nothing in the output of sequence {b} at t = 0.", nameof(impulse));
            for (int t = 0; t < steps; t++) response[t] += Norm(difference[t][b]) / first / batch;
        }
        return response;
    }

    static double Norm(Tensor x) => LinearAlgebra.Length(x.ToDoubles());
}
