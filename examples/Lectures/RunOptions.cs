using System.Globalization;

namespace Autograd.Lectures;

/// <summary>The command line.</summary>
public sealed record RunOptions
{
    /// <summary>How to call.</summary>
    public const string Usage = """
        Runs the lectures' demonstrations: prints what is claimed, what was measured and a verdict, and writes a page with the pictures.
          lectures.cs -- ID...         these, such as A2 E3; F means all whose id begins with F
          lectures.cs -- all           all of them
          lectures.cs -- list          says what there is
          --quick                      smaller experiments: all of them in ten minutes
          --seeds N                    runs of each experiment (5; quick: 2)
          --output FILE                the page (lectures.html)
        The exit code is 0 if every claim holds, 1 if one does not, 2 if the command line is wrong, 130 if the run was stopped.
        """;

    const int Thorough = 5, Few = 2;
    int? seeds;

    /// <summary>Ids, letters, <c>all</c> or <c>list</c>.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>Smaller experiments.</summary>
    public bool Quick { get; private set; }

    /// <summary>Runs of each experiment.</summary>
    public int Seeds => seeds ?? (Quick ? Few : Thorough);

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
        return name is "--help" or "-h" && (Help = true);
    }

    void Set(string name, string? value)
    {
        if (name is not ("--seeds" or "--output")) throw new FormatException($"{name} is not an option; see --help.");
        if (string.IsNullOrEmpty(value)) throw new FormatException($"{name}: the value is missing; see --help.");
        if (name is "--output") Output = value;
        else if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1) seeds = count;
        else throw new FormatException($"--seeds is {value}; it must be a whole number from 1.");
    }
}
