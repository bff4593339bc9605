using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>The step of a layer, on the tape or compiled.</summary>
sealed class LayerStep(Module model, Func<Tensor, Tensor> outputs, Func<ExecutionPath> path, Tensor x) : ITrainingStep
{
    readonly IReadOnlyList<Parameter> parameters = model.Parameters;
    readonly Tensor[] values = [.. model.Parameters.Select(parameter => parameter.As(x.ElementType))];

    /// <summary>Which way the last run took.</summary>
    public ExecutionPath Path => path();

    public void Run() => Run((_, _) => { });

    /// <summary>Runs the step and shows loss and gradients, in the order of the parameters, while the tape lives.</summary>
    public void Run(Action<Tensor, Tensor[]> show)
    {
        using var tape = new Tape();
        BindToElementType(tape);
        var loss = Functions.Mean(Functions.Square(outputs(x)));
        show(loss, tape.Gradients(loss, parameters));
    }

    // A model's parameters are float; another type takes their place on the tape.
    void BindToElementType(Tape tape)
    {
        if (x.ElementType == ElementType.Float32) return;
        for (int i = 0; i < values.Length; i++) tape.Bind(parameters[i], values[i]);
    }
}
