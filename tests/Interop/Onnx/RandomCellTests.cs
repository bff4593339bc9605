using Autograd.Layers;
using Autograd.Onnx;
using Autograd.PropertyTests;

namespace Autograd.Interop;

/// <summary>
/// The random cells of the property tests as files. A trial belongs to a batch, so that axis is fixed; that of time is not. The bound is
/// theirs: 64·ε·((T + operations)·M + A), with the largest number M and what the cell itself magnifies roundings by, A.
/// </summary>
public class RandomCellTests
{
    static readonly string[] Noise = ["step mask", "dropout", "uniform", "normal", "gates of the step", "zoneout"];

    [Fact]
    public void ARandomCellIsOneScan()
    {
        int exported = 0;
        Law.Holds(1000, ScanTrial.Of, trial =>
        {
            // Only these are meant for single precision: the others have kinks and jumps.
            if (!trial.IsSingle) return;
            var (precise, single) = (trial.Run(ElementType.Float64, Execution.Eager), trial.Run(ElementType.Float32, Execution.Eager));
            // Noise of each step is refused, unless nothing comes of it, and so is what ONNX has no form of.
            if (Exported(trial) is not { } actual) return;
            exported++;
            double most = precise.Values.Select(block => block.Largest).Append(1).Max();
            for (int i = 0; i < actual.Length; i++)
            {
                double magnified = precise.Values[i].Distance(single.Values[i]) / ElementType.Float32.Epsilon();
                double bound = 64 * ElementType.Float32.Epsilon() * ((trial.Steps + trial.Operations) * most + magnified);
                Near.Equal(precise.Values[i].Numbers, actual[i].ToDoubles(), bound, precise.Values[i].Name);
            }
        });
        Assert.True(exported >= 50, $"Only {exported} cells were exported.");
    }

    static Tensor[]? Exported(ScanTrial trial)
    {
        try
        {
            return Run(trial);
        }
        catch (OnnxExportException error) when (IsKnown(error, trial.Cell))
        {
            return null;
        }
    }

    static bool IsKnown(OnnxExportException error, RandomCell cell) =>
        error.Message.Contains("no form in ONNX", StringComparison.Ordinal)
        || (Draws(cell) && error.Message.Contains("draws random numbers", StringComparison.Ordinal));

    static bool Draws(RandomCell cell) => Noise.Any(noise => cell.ToString().Contains(noise, StringComparison.Ordinal));

    // Outputs, final states, and states after every step.
    static Tensor[] Run(ScanTrial trial)
    {
        var layer = Recurrent.Over(trial.Cell);
        var x = trial.X.As(ElementType.Float32);
        Tensor[] states = [.. trial.States.Select(state => state.As(ElementType.Float32))];
        trial.Cell.Captured = [.. trial.Captured
            .Select(one => one.IsComputed ? Functions.Tanh(one.Value.As(ElementType.Float32)) : one.Value.As(ElementType.Float32))];
        OnnxInput[] inputs = [Input("x", x, "time"), .. states.Select((state, i) => Input($"state{i}", state, state.Shape[0]))];
        if (trial.Lengths.Length > 0) inputs = [.. inputs, OnnxInput.Lengths("lengths", "time", x.Shape[1])];
        var model = OnnxModel.Export(trial.Cell, inputs, given =>
        {
            var state = new LayerStates<Tensor>(states.Select((_, i) => given[$"state{i}"]));
            var run = layer.Run(given["x"], state, trial.Lengths.Length > 0 ? given.Whole("lengths") : []);
            Tensor[] results = [run.Outputs, .. State.Tensors(run.Final), .. State.Tensors(run.StackedStates())];
            return [.. results.Select((result, i) => ($"result{i}", result))];
        });
        using var runtime = new Runtime(model.ToArray());
        (string, object)[] values = [("x", x), .. states.Select((state, i) => ($"state{i}", (object)state))];
        return runtime.Run(trial.Lengths.Length > 0 ? [.. values, ("lengths", trial.Lengths)] : values);
    }

    static OnnxInput Input(string name, Tensor value, OnnxAxis first) =>
        OnnxInput.Numbers(name, [first, .. value.Shape.Lengths[1..].ToArray().Select(length => (OnnxAxis)length)]);
}
