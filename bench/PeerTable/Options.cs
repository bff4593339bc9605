using System.Globalization;

namespace Autograd.PeerTable;

/// <summary>What is measured, and how long.</summary>
sealed record Options(
    int Threads = 1, int Rounds = 6, double Seconds = 0.3, bool IsThreadClock = false, string[]? Groups = null, string? Filter = null,
    bool IsList = false, string? History = null)
{
    public const string Usage =
        "usage: [--threads N] [--rounds N] [--seconds S] [--clock wall|thread] [--only GROUP,...] [--filter TEXT] [--history FOLDER] "
        + "[--list] [--quick]";

    /// <exception cref="ArgumentException">An option is unknown, or its value is missing or wrong.</exception>
    public static Options Parse(string[] arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Length; i++)
        {
            string option = arguments[i];
            if (options.With(option) is { } changed)
            {
                options = changed;
                continue;
            }
            if (i + 1 == arguments.Length) throw new ArgumentException($"{option} is unknown, or its value is missing. {Usage}");
            options = options.With(option, arguments[++i]);
        }
        return options;
    }

    Options? With(string option) => option switch
    {
        "--quick" => this with { Rounds = 2, Seconds = 0.05 },
        "--list" => this with { IsList = true },
        _ => null,
    };

    Options With(string option, string value) => option switch
    {
        "--threads" => this with { Threads = (int)Number(option, value) },
        "--rounds" => this with { Rounds = (int)Number(option, value) },
        "--seconds" => this with { Seconds = Number(option, value) },
        "--clock" => this with { IsThreadClock = value == "thread" },
        "--only" => this with { Groups = Known(value.Split(',')) },
        "--filter" => this with { Filter = value },
        "--history" => this with { History = value },
        _ => throw new ArgumentException($"{option} is unknown. {Usage}"),
    };

    static string[] Known(string[] groups) =>
        groups.Except(Rows.Groups.Select(known => known.Name)).FirstOrDefault() is not { } unknown ? groups
        : throw new ArgumentException($"--only: there is no group {unknown}; groups: {Rows.GroupNames}.");

    static double Number(string option, string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0 ? number
        : throw new ArgumentException($"{option} needs a positive number; it is {value}. {Usage}");
}
