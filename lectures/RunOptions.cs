using System.Globalization;

namespace Autograd.Lectures;

/// <summary>The command line.</summary>
public sealed record RunOptions
{
    /// <summary>How to call.</summary>
    public const string Usage = """
        Runs the lectures' demonstrations: prints what is claimed, what was measured and a verdict, and writes a page with the pictures.
          ID...            these, such as A2 E3; F means all whose id begins with F
          all              all of them
          list             says what there is
          --quick          smaller experiments: all of them in five minutes on two cores
          --seeds N        runs of each experiment (10; quick: 2)
          --first N        the first seed (1000). Limits were chosen with the seeds from 0, so that the verdicts are of
                           seeds nobody looked at
          --jobs N         demonstrations that run at the same time (as many as processors); changes no number but times
          --planted        puts its fault into each row that has one, and tells whether the verdict turns
          --output FILE    the page (lectures.html)
        The exit code is 0 if every claim holds; 1 if something that must hold does not (or, with --planted, if a fault is not noticed);
        3 if nothing fails but a claim of a lecture does not show; 2 if the command line is wrong, or the page or the console cannot
        be written; 130 if the run was stopped.
        """;

    const int Thorough = 10, Few = 2, Fresh = 1000;
    int? seeds;

    /// <summary>Ids, letters, <c>all</c> or <c>list</c>.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>Smaller experiments.</summary>
    public bool Quick { get; private set; }

    /// <summary>Runs of each experiment.</summary>
    public int Seeds => seeds ?? (Quick ? Few : Thorough);

    /// <summary>The first of the seeds.</summary>
    public int First { get; private set; } = Fresh;

    /// <summary>How many demonstrations run at the same time.</summary>
    public int Jobs { get; private set; } = Environment.ProcessorCount;

    /// <summary>Whether each row runs with its fault.</summary>
    public bool Planted { get; private set; }

    /// <summary>Where the page goes.</summary>
    public string Output { get; private set; } = "lectures.html";

    /// <summary>Whether to say how to call.</summary>
    public bool Help { get; private set; }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="FormatException">An option is unknown, or its value is missing or wrong.</exception>
    public static RunOptions Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var names = new List<string>();
        var options = new RunOptions { Names = names };
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith('-')) names.Add(arguments[i]);
            else if (!options.Flag(arguments[i])) options.Set(arguments[i], i + 1 < arguments.Count ? arguments[++i] : null);
        }
        if (names.Count == 0 && !options.Help) throw new FormatException("Name an id, a letter, all, or list.\n" + Usage);
        return options;
    }

    bool Flag(string name)
    {
        if (name is "--quick") return Quick = true;
        if (name is "--planted") return Planted = true;
        return name is "--help" or "-h" && (Help = true);
    }

    void Set(string name, string? value)
    {
        if (name is not ("--seeds" or "--first" or "--jobs" or "--output"))
            throw new FormatException($"{name} is not an option; see --help.");
        if (string.IsNullOrEmpty(value)) throw new FormatException($"{name}: the value is missing; see --help.");
        if (name is "--output") Output = value;
        else if (name is "--seeds") seeds = Whole(name, value, 1);
        else if (name is "--jobs") Jobs = Whole(name, value, 1);
        else First = Whole(name, value, 0);
    }

    static int Whole(string name, string value, int least) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= least
            ? count
            : throw new FormatException($"{name} is {value}; it must be a whole number from {least}.");
}
