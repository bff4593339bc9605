using System.Numerics;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>Makes the step that the options ask for. All paths of a cell get the same weights and the same input.</summary>
static class TrainingSteps
{
    static readonly RandomKey Key = new(Seed: 1);

    public static ITrainingStep Create(StepOptions options)
    {
        var size = new PeepholeLstmSize(options.Time, options.Batch, options.Inputs, options.Hidden);
        var type = options.Type == "float64" ? ElementType.Float64 : ElementType.Float32;
        if (options.Path != "hand")
            return Layer(options.Cell, size, type, options.Path == "scan" ? Execution.Compiled : Execution.Eager, options.Threads);
        return type == ElementType.Float32 ? HandWritten(size) : new HandWrittenStep<double>(HandWritten<double>(size));
    }

    /// <summary>The step of a layer, on the tape or compiled.</summary>
    public static LayerStep Layer(string cell, PeepholeLstmSize size, ElementType type, Execution execution, int threads = 1)
    {
        return cell switch
        {
            "rnn" => Over(new RnnCell(size.Inputs, size.Hidden, Key)),
            // What the other libraries' layers compute.
            "gru" => Over(new GruCell(size.Inputs, size.Hidden, Key, GruReset.AfterProduct)),
            "lstm" => Over(new LstmCell(size.Inputs, size.Hidden, Key)),
            "layernorm" => Over(new LayerNormLstmCell(size.Inputs, size.Hidden, Key)),
            "zoneout" => Over(Zoneout.Around(new LstmCell(size.Inputs, size.Hidden, Key), Key.For("zoneout"), 0.1)),
            _ => Over(Peephole(size)),
        };

        LayerStep Over<TState>(Cell<TState> made)
        {
            var layer = Recurrent.Over(made);
            (layer.Execution, layer.Threads) = (execution, threads);
            layer.Train(step: 1);
            return new(layer, x => layer.Forward(x), () => layer.LastPath, Input(size).As(type));
        }
    }

    /// <summary>The step written by hand, in float.</summary>
    public static ITrainingStep HandWritten(PeepholeLstmSize size) => new HandWrittenStep<float>(HandWritten<float>(size));

    public static PeepholeLstmStep<T> HandWritten<T>(PeepholeLstmSize size)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var step = new PeepholeLstmStep<T>(size);
        var cell = Peephole(size);
        step.Weights.Read(name => Array.ConvertAll(cell[name].ToDoubles(), T.CreateChecked));
        Array.ConvertAll(Input(size).ToDoubles(), T.CreateChecked).CopyTo(step.Input);
        return step;
    }

    public static PeepholeLstmCell Peephole(PeepholeLstmSize size) => new(size.Inputs, size.Hidden, Key);

    static Tensor Input(PeepholeLstmSize size) => Key.For("input").Normal([size.Time, size.Batch, size.Inputs]);

    sealed class HandWrittenStep<T>(PeepholeLstmStep<T> step) : ITrainingStep
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run() => step.Run();
    }
}
