using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>All optimizers in all their forms, by name, for what must hold for each of them.</summary>
static class EveryOptimizer
{
    static readonly Dictionary<string, Func<IReadOnlyList<Parameter>, Schedule, Optimizer>> Forms = new()
    {
        ["Sgd"] = (parameters, schedule) => new Sgd(parameters, schedule),
        ["Sgd with momentum"] = (parameters, schedule) => new Sgd(parameters, schedule, momentum: 0.9),
        ["Sgd in Nesterov's form"] = (parameters, schedule) => new Sgd(parameters, schedule, momentum: 0.9, nesterov: true),
        ["RmsProp"] = (parameters, schedule) => new RmsProp(parameters, schedule),
        ["RmsProp with momentum"] = (parameters, schedule) => new RmsProp(parameters, schedule, momentum: 0.5),
        ["RmsProp, centred"] = (parameters, schedule) => new RmsProp(parameters, schedule, centred: true),
        ["RmsProp, centred, with momentum"] = (parameters, schedule) => new RmsProp(parameters, schedule, momentum: 0.5, centred: true),
        ["Adagrad"] = (parameters, schedule) => new Adagrad(parameters, schedule),
        ["Adam"] = (parameters, schedule) => new Adam(parameters, schedule),
        ["Adam with AMSGrad"] = (parameters, schedule) => new Adam(parameters, schedule, amsGrad: true),
        ["AdamW"] = (parameters, schedule) => new AdamW(parameters, schedule),
        ["AdamW with AMSGrad"] = (parameters, schedule) => new AdamW(parameters, schedule, amsGrad: true),
        ["NAdam"] = (parameters, schedule) => new NAdam(parameters, schedule),
        ["Adadelta"] = (parameters, schedule) => new Adadelta(parameters, schedule),
        ["Lion"] = (parameters, schedule) => new Lion(parameters, schedule),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    public static TheoryData<string, ElementType> NamesAndTypes
    {
        get
        {
            var data = new TheoryData<string, ElementType>();
            foreach (string name in Forms.Keys)
            {
                data.Add(name, ElementType.Float32);
                data.Add(name, ElementType.Float64);
            }
            return data;
        }
    }

    internal static Optimizer Create(string name, IReadOnlyList<Parameter> parameters, Schedule schedule) =>
        Forms[name](parameters, schedule);

    internal static Optimizer Create(string name, IReadOnlyList<Parameter> parameters, double learningRate = 0.01) =>
        Create(name, parameters, new Constant(learningRate));

    internal static Parameter[] SomeParameters(ElementType type) =>
    [
        new("weights", new RandomKey(1).Normal([5, 13], type: type)),
        new("bias", new RandomKey(2).Normal([13], type: type)),
        new("scale", new RandomKey(3).Normal([], type: type)),
        new("nothing", Tensor.Zeros([0, 4], type)),
    ];

    internal static Tensor[] SomeGradients(IReadOnlyList<Parameter> parameters, uint step = 0) =>
        [.. parameters.Select((p, i) => new RandomKey(4, (uint)i, step).Normal(p.Shape, type: p.ElementType))];
}
