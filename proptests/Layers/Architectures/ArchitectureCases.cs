using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>Layers with delays, attention, and the wrappers that are random in training.</summary>
static class ArchitectureCases
{
    public static IReadOnlyList<ModuleCase> All { get; } =
    [
        new("TimeDelay", draw => Sequences(draw, new TimeDelay(2, draw.Whole(1, 2), [2, 0], draw.Key(), Tanh))),
        new("LearnedTimeDelay", draw => Sequences(draw, new LearnedTimeDelay(2, draw.Whole(1, 2), 2, draw.Key(), Tanh))),
        new("Activation", draw => Sequences(draw, new Sequential(new Linear(2, 2, draw.Key()), new Activation(Tanh)))),
        new("Zoneout in training", draw => Training(draw, Zoneout.Around(new LstmCell(2, 2, draw.Key()), draw.Key(), 0.3, 0.5))),
        new("VariationalDropout in training", draw =>
            Training(draw, VariationalDropout.Around(new LstmCell(2, 2, draw.Key()), draw.Key(), 0.3, 0.4, [0.3, 0]))),
        new("Narx, fed the truth", draw => NarxRuns(draw, NarxFeedback.True)),
        new("Narx, fed its output", draw => NarxRuns(draw, NarxFeedback.Predicted)),
        new("Narx, fed its error", draw => NarxRuns(draw, NarxFeedback.Error)),
        new("Attention in a decoder", Decoder),
    ];

    static ModuleTrial Sequences<TLayer>(Draw draw, TLayer layer)
        where TLayer : Module, ISequenceLayer
    {
        int batch = draw.Whole(1, 2), time = draw.Whole(3, 4);
        int[] lengths = draw.Flag() ? Lengths(draw, batch, time) : [];
        return ModuleCases.Trial(draw, layer, x => layer.Forward(x[0], lengths), draw.Values([time, batch, 2], Domain.Any));
    }

    static ModuleTrial Training<TState>(Draw draw, Cell<TState> cell)
    {
        var layer = Recurrent.Over(cell);
        layer.Train(draw.Whole(0, 1000));
        return Sequences(draw, layer);
    }

    static ModuleTrial NarxRuns(Draw draw, NarxFeedback feedback)
    {
        var layer = new Narx(new NarxCell(1, 2, 2, inputDelays: 1, outputDelays: 2, draw.Key()));
        int batch = draw.Whole(1, 2), time = draw.Whole(3, 4);
        var truth = draw.Values([time, batch, 2], Domain.Any);
        return ModuleCases.Trial(
            draw, layer, x => layer.Run(x[0], x[1], feedback).Outputs * (1 + 0 * x[1]), draw.Values([time, batch, 1], Domain.Any), truth);
    }

    static ModuleTrial Decoder(Draw draw)
    {
        var model = new Translator(draw.Key());
        int batch = draw.Whole(1, 2), source = draw.Whole(1, 3), time = draw.Whole(1, 2);
        int[] lengths = draw.Flag() ? Lengths(draw, batch, source) : [];
        return ModuleCases.Trial(
            draw, model, x => model.Forward(x[0], x[1], lengths), draw.Values([source, batch, 2], Domain.Any),
            draw.Values([time, batch, 1], Domain.Any));
    }

    static int[] Lengths(Draw draw, int batch, int time) => [.. draw.Indices(batch, time).Select(length => length + 1)];

    sealed class Translator : Module
    {
        readonly GruCell cell;
        readonly AdditiveAttention attention;
        AttentionCell<Tensor>? last;

        public Translator(RandomKey key)
        {
            cell = Part(new GruCell(1 + 2, 2, key), nameof(cell));
            attention = Part(new AdditiveAttention(2, 2, 3, key), nameof(attention));
            // So that it is among the modules that have a case.
            last = Share(new AttentionCell<Tensor>(cell, attention.Over(Tensor.Zeros([1, 1, 2])), attention), nameof(last));
        }

        public Tensor Forward(Tensor source, Tensor x, int[] lengths)
        {
            last = new AttentionCell<Tensor>(cell, attention.Over(source, lengths), attention);
            return Recurrent.Over(last).Forward(x);
        }
    }
}
