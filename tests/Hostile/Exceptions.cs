using System.Reflection;

namespace Autograd.Hostile;

/// <summary>What a fault would be elsewhere, and why it is none here.</summary>
static class Exceptions
{
    const string Rounds = "a number beyond the largest float is rounded to infinity, as the element type says";
    const string Overflows = "a product of finite numbers that is too large is infinite";
    const string Describes = "a record that the library gives and never takes: it holds what it is given";

    static readonly (string Member, string What, string Reason)[] all =
    [
        ("Functions.", Verdict.NotFinite, "IEEE arithmetic; the page of edges (docs/edges.md) has the values"),
        ("Tensor.op_", Verdict.NotFinite, "IEEE arithmetic; the page of edges (docs/edges.md) has the values"),
        ("Tensor.Scalar", Verdict.NotFinite, Rounds),
        ("Tensor.Full", Verdict.NotFinite, Rounds),
        ("Tensor.From", Verdict.NotFinite, Rounds),
        ("SeriesTable.ToTensor", Verdict.NotFinite, Rounds),
        ("SeriesWindows.", Verdict.NotFinite, Rounds),
        ("ElementTypes.", Verdict.NotFinite, Rounds),
        ("Loss.BinaryCrossEntropy", Verdict.NotFinite, Overflows),
        ("Loss.KullbackLeibler", Verdict.NotFinite, "the logarithm of a negative number: p is not a distribution, which is not looked for"),
        ("ReservoirWeights.Sparse", Verdict.NotFinite, Overflows),
        ("LyapunovExponents.", Verdict.NotFinite, "−∞ where a tangent becomes 0, as documented"),
        ("TrainingLoop.get_LargestGradient", Verdict.NotFinite, "infinity says that there is no bound"),
        ("DataParallel.Mean", Verdict.NotFinite, "NaN where all weights are 0, as documented"),
        ("GradientBlock.", Verdict.Accepted, Describes),
        ("GradientCheckReport.", Verdict.Accepted, Describes),
        ("GradientComparison.", Verdict.Accepted, Describes),
        ("StepFreeTest.", Verdict.Accepted, Describes),
        ("TapeEntry.", Verdict.Accepted, Describes),
        ("ExecutionPath.", Verdict.Accepted, Describes),
        ("LBfgsResult.", Verdict.Accepted, Describes),
        ("TrainingResult.", Verdict.Accepted, Describes),
        ("GradientCheckOptions.set_", Verdict.Accepted, "options are checked where they are used"),
    ];

    /// <summary>Sizes with which a member runs on and on by its own definition: it calls a function
    /// of the caller, which can end it.</summary>
    static readonly (string Member, string Parameter)[] endless =
    [
        ("Checkpoint.Sequence", "steps"),
    ];

    public static bool Allows(Fault fault) =>
        all.Any(one => fault.Member.StartsWith(one.Member, StringComparison.Ordinal) && fault.What == one.What);

    /// <summary>Entries of members that there are not, or no longer.</summary>
    public static IEnumerable<string> Unneeded()
    {
        string[] members = [.. Instances.Types.Where(Sweep.HasMembers).SelectMany(Sweep.MembersOf).Select(Sweep.NameOf)];
        return all.Select(one => one.Member).Concat(endless.Select(one => one.Member))
            .Where(name => !Array.Exists(members, member => member.StartsWith(name, StringComparison.Ordinal)));
    }

    public static bool IsEndless(ParameterInfo parameter, Sample sample) =>
        sample.Name == int.MaxValue.ToString(null as IFormatProvider)
        && endless.Contains((Sweep.NameOf((MethodBase)parameter.Member), parameter.Name!));
}
