using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>A way to use a module, drawn at random.</summary>
sealed record ModuleCase(string Name, Func<Draw, ModuleTrial> Draw);

/// <summary>The table of modules: every cell alone and under every driver, and every layer.</summary>
static partial class ModuleCases
{
    public static IReadOnlyList<ModuleCase> All { get; } =
    [
        .. CellKinds.All.SelectMany(kind => kind.Cases),
        new("Linear", draw =>
        {
            int inputs = draw.Whole(1, 3);
            var layer = new Linear(inputs, draw.Whole(1, 3), draw.Key());
            return Alone(draw, layer, layer, [.. draw.Shape(maximumRank: 2).Lengths, inputs]);
        }),
        new("Linear without bias", draw =>
        {
            int inputs = draw.Whole(1, 3);
            var layer = new Linear(inputs, draw.Whole(1, 3), draw.Key(), Initializer.He, hasBias: false);
            return Alone(draw, layer, layer, [.. draw.Shape(maximumRank: 2).Lengths, inputs]);
        }),
        new("LayerNorm", draw =>
        {
            int size = draw.Whole(2, 4);
            var layer = new LayerNorm(size, 0.1);
            return Alone(draw, layer, layer, [.. draw.Shape(maximumRank: 2).Lengths, size]);
        }),
        new("Dropout", draw =>
        {
            var layer = new Dropout(draw.Number(0, 0.9), draw.Key());
            layer.Train(draw.Whole(0, 1000));
            return Alone(draw, layer, layer, draw.Shape());
        }),
        new("Embedding", draw =>
        {
            var layer = new Embedding(draw.Whole(1, 4), draw.Whole(1, 3), draw.Key());
            int[] symbols = draw.Indices(4, layer.Parameters[0].Shape[0]);
            return Trial(draw, layer, x => layer.Forward(symbols, 2, 2) * x[0], draw.Values([1], Domain.Divisor));
        }),
        new("TiedReadout", draw =>
        {
            var embedding = new Embedding(draw.Whole(1, 4), draw.Whole(1, 3), draw.Key());
            var layer = new TiedReadout(embedding, draw.Whole(0, 1) == 0);
            return Trial(draw, layer, x => layer.Forward(x[0]), draw.Values([2, embedding.Table.Shape[1]], Domain.Any));
        }),
        new("BatchFirst", draw =>
        {
            var layer = new BatchFirst(Recurrent.Over(new GruCell(2, draw.Whole(1, 2), draw.Key())));
            int batch = draw.Whole(1, 2), time = draw.Whole(1, 3);
            int[] lengths = [.. draw.Indices(batch, time).Select(length => length + 1)];
            return Trial(draw, layer, x => layer.Forward(x[0], lengths), draw.Values([batch, time, 2], Domain.Any));
        }),
        new("Sequential", draw =>
        {
            var layer = new Sequential(
                new Linear(2, 3, draw.Key()), Bidirectional.Over(new GruCell(3, 1, draw.Key()), new GruCell(3, 1, draw.Key())),
                new Dropout(0.3, draw.Key()), new LayerNorm(2, 0.1));
            layer.Train(draw.Whole(0, 1000));
            int batch = draw.Whole(1, 2), time = draw.Whole(1, 3);
            int[] lengths = [.. draw.Indices(batch, time).Select(length => length + 1)];
            return Trial(draw, layer, x => layer.Forward(x[0], lengths), draw.Values([time, batch, 2], Domain.Any));
        }),
        .. ArchitectureCases.All,
    ];

    public static TheoryData<string> Names => [.. All.Select(module => module.Name)];

    public static ModuleCase Named(string name) => All.Single(module => module.Name == name);

    /// <summary>A trial of a module whose parameters have all been drawn anew, so that none is at a special value such as 0.</summary>
    public static ModuleTrial Trial(Draw draw, Module module, Func<IReadOnlyList<Tensor>, Tensor> function, params Tensor[] inputs)
    {
        foreach (var parameter in module.Parameters)
            parameter.Assign(draw.Values(parameter.Shape, Domain.Between(-0.9, 0.9)).As(ElementType.Float32));
        return new ModuleTrial(module, function, inputs);
    }

    static ModuleTrial Alone(Draw draw, Module module, ILayer layer, Shape shape) =>
        Trial(draw, module, x => layer.Forward(x[0]), draw.Values(shape, Domain.Any));
}
