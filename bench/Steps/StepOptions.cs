namespace Autograd.Bench;

/// <summary>The command line was not understood.</summary>
sealed class UsageException(string message) : Exception(message);

/// <summary>What to time; the defaults are those of the other libraries' scripts.</summary>
sealed record StepOptions
{
    static readonly string[] Cells = ["rnn", "gru", "lstm", "peephole", "layernorm", "zoneout"], Paths = ["eager", "scan", "hand"],
        Types = ["float32", "float64"];

    public string Cell { get; private init; } = "lstm";

    public string Path { get; private init; } = "eager";

    public int Time { get; private init; } = 50;

    public int Batch { get; private init; } = 32;

    public int Inputs { get; private init; } = 65;

    public int Hidden { get; private init; } = 128;

    public int Threads { get; private init; } = 1;

    public string Type { get; private init; } = "float32";

    public double Seconds { get; private init; } = 3;

    /// <exception cref="UsageException">An option is unknown, has no value or a wrong one, or the combination is not supported.</exception>
    public static StepOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new StepOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length) throw new UsageException($"{arguments[i]} needs a value.");
            options = options.With(arguments[i], arguments[i + 1]);
        }

        options.ThrowIfUnsupported();
        return options;
    }

    StepOptions With(string option, string value) => option switch
    {
        "--cell" => this with { Cell = Arguments.OneOf(option, value, Cells) },
        "--path" => this with { Path = Arguments.OneOf(option, value, Paths) },
        "--time" => this with { Time = Arguments.Count(option, value) },
        "--batch" => this with { Batch = Arguments.Count(option, value) },
        "--inputs" => this with { Inputs = Arguments.Count(option, value) },
        "--hidden" => this with { Hidden = Arguments.Count(option, value) },
        "--threads" => this with { Threads = Arguments.Count(option, value) },
        "--dtype" => this with { Type = Arguments.OneOf(option, value, Types) },
        "--seconds" => this with { Seconds = Arguments.Duration(option, value) },
        _ => throw new UsageException($"{option} is not an option of step."),
    };

    void ThrowIfUnsupported()
    {
        if (Threads > 1 && Path != "scan") throw new UsageException($"--threads {Threads}: {Path} runs on one thread.");
        if (Path == "hand" && Cell != "peephole")
            throw new UsageException($"--path hand: only the cell peephole is written by hand, not {Cell}.");
    }
}
