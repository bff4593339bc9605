using Autograd.Optimizers;

namespace Autograd.Resume;

/// <summary>
/// One row of the table: an optimizer, a way through the data, what else is random or changes with time, and who makes the steps.
/// </summary>
/// <param name="Optimizer">Name of an optimizer in one of its forms.</param>
/// <param name="Data">How batches come.</param>
/// <param name="Kind">What masks there are, and which schedule.</param>
/// <param name="Driver">A loop by hand, or <see cref="TrainingLoop"/> with validations, early stopping, best so far and averages.</param>
sealed record Trial(string Optimizer, string Data, string Kind, string Driver)
{
    public const int Steps = 48;

    static readonly Dictionary<string, Func<IReadOnlyList<Parameter>, Schedule, Optimizer>> Forms = new()
    {
        ["Sgd"] = (parameters, schedule) => new Sgd(parameters, schedule),
        ["Sgd+momentum"] = (parameters, schedule) => new Sgd(parameters, schedule, momentum: 0.9),
        ["RmsProp"] = (parameters, schedule) => new RmsProp(parameters, schedule),
        ["RmsProp+centred"] = (parameters, schedule) => new RmsProp(parameters, schedule, momentum: 0.5, centred: true),
        ["Adagrad"] = (parameters, schedule) => new Adagrad(parameters, schedule),
        ["Adam"] = (parameters, schedule) => new Adam(parameters, schedule),
        ["AdamW+AMSGrad"] = (parameters, schedule) => new AdamW(parameters, schedule, amsGrad: true),
        ["NAdam"] = (parameters, schedule) => new NAdam(parameters, schedule),
        ["Adadelta"] = (parameters, schedule) => new Adadelta(parameters, schedule),
        ["Lion"] = (parameters, schedule) => new Lion(parameters, schedule),
    };

    static readonly string[] Ways = ["shuffled", "bucketed", "contiguous"], Kinds = ["dropout", "zoneout", "plateau"],
        Drivers = ["hand", "loop"];

    /// <summary>Every row, in an order that mixes all columns, so that the first rows have something of each.</summary>
    public static IReadOnlyList<Trial> All { get; } =
    [
        .. Enumerable.Range(0, Ways.Length * Kinds.Length * Drivers.Length)
            .SelectMany(number => Forms.Keys.Select((optimizer, i) => new Trial(
            optimizer, Ways[(number + i) % Ways.Length], Kinds[(number / Ways.Length + i) % Kinds.Length],
            Drivers[(number / (Ways.Length * Kinds.Length) + i) % Drivers.Length]))),
    ];

    /// <summary>The optimizers of the library that no row has.</summary>
    public static IEnumerable<string> Missing => typeof(Optimizer).Assembly.GetExportedTypes()
        .Where(type => type.IsSubclassOf(typeof(Optimizer)) && !type.IsAbstract)
        .Select(type => type.Name)
            .Where(name =>
            !Forms.Keys.Any(form => form.Split('+')[0] == name || (name == "AdamW" && form.StartsWith(name, StringComparison.Ordinal))));

    public Optimizer Create(IReadOnlyList<Parameter> parameters, Schedule schedule) => Forms[Optimizer](parameters, schedule);

    public static Trial Parse(string text) => text.Split('/') is [var optimizer, var data, var kind, var driver]
        ? new Trial(optimizer, data, kind, driver)
        : throw new FormatException($"{text} is no trial.");

    /// <summary>Random steps to stop after, from 0 to the last but one.</summary>
    public IEnumerable<int> Stops(int count)
    {
        var key = new RandomKey(7).For(ToString());
        return Enumerable.Range(0, Steps).OrderBy(step => key.Uniform((uint)step)).Take(count).Order();
    }

    public override string ToString() => $"{Optimizer}/{Data}/{Kind}/{Driver}";
}
