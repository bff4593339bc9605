using System.Reflection;

namespace Autograd.Lectures;

/// <summary>All demonstrations, in the order of their ids.</summary>
public static class Catalogue
{
    /// <summary>One of each demonstration of this assembly: A1, A2, … A10, B1, …</summary>
    /// <exception cref="InvalidOperationException">Two demonstrations have the same id.</exception>
    public static IReadOnlyList<Demonstration> All()
    {
        var all = typeof(Demonstration).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Demonstration)))
            .Select(type => (Demonstration)Activator.CreateInstance(type)!)
            .OrderBy(Order)
            .ToList();
        foreach (var group in all.GroupBy(demonstration => demonstration.Id, StringComparer.OrdinalIgnoreCase).Where(group =>
            group.Count() > 1))
            throw new InvalidOperationException($"The id {group.Key} belongs to " +
                $"{string.Join(" and ", group.Select(one => one.GetType().Name))}.");
        return all;
    }

    /// <summary>
    /// Those that a name on the command line means: <c>all</c>, an id (F9, with its parts F9a, F9b …), or a letter with all that it has.
    /// Capitals do not matter. None if there is no such demonstration.
    /// </summary>
    public static IEnumerable<Demonstration> Named(string name, IEnumerable<Demonstration> demonstrations) =>
        demonstrations.Where(demonstration => name.Equals("all", StringComparison.OrdinalIgnoreCase) || Means(name, demonstration.Id));

    static bool Means(string name, string id) =>
        name.Length > 0 && id.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        && (id.Length == name.Length || name.Length == 1 || !char.IsAsciiDigit(id[name.Length]));

    static (char Letter, int Number, string Part) Order(Demonstration demonstration)
    {
        string digits = string.Concat(demonstration.Id.Skip(1).TakeWhile(char.IsAsciiDigit));
        return (demonstration.Id[0], digits.Length == 0 ? 0 : int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture),
            demonstration.Id[(1 + digits.Length)..]);
    }
}
