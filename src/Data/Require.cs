using static System.FormattableString;

namespace Autograd.Data;

/// <summary>Conditions that several constructors share, with the one wording of their errors.</summary>
static class Require
{
    internal static void AtLeastOne(int value, string name, string operation)
    {
        if (value < 1)
            throw new ArgumentOutOfRangeException(name, value, Invariant($"{operation}: {name} is {value}; at least 1 was expected."));
    }
}
