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
        ("Elementary.", Verdict.NotFinite, "IEEE arithmetic, as of the functions of tensors"),
        ("Tensor.Scalar", Verdict.NotFinite, Rounds),
        ("Tensor.Full", Verdict.NotFinite, Rounds),
        ("Tensor.From", Verdict.NotFinite, Rounds),
        ("Loss.BinaryCrossEntropy", Verdict.NotFinite, Overflows),
        ("Loss.KullbackLeibler", Verdict.NotFinite, "the logarithm of a negative number: p is not a distribution, which is not looked for"),
        ("ReservoirWeights.Sparse", Verdict.NotFinite, Overflows),
        ("LyapunovExponents.", Verdict.NotFinite, "−∞ where a tangent becomes 0, as documented"),
        ("TrainingLoop.get_LargestGradient", Verdict.NotFinite, "infinity says that there is no bound"),
        ("TrainingLoop.new", Verdict.NotFinite, "infinity says that there is no bound"),
        ("SnapshotFolder.new", Verdict.NotFinite, "the best loss is infinite as long as nothing has been saved"),
        ("GeneticAlgorithm.Minimize", Verdict.NotFinite, "the best cost is infinite if the search is cancelled before the first"),
        ("ReservoirNetwork.LearnOnline", Verdict.NotFinite, "a quotient by a number next to 0 is infinite"),
        ("Sweep.Run", Verdict.NotFinite, "the mean of no run is NaN, where the sweep was cancelled before the first"),
        ("ScaleModel.Over", Verdict.NotFinite, Overflows),
        ("ScaleEstimate.", Verdict.NotFinite, Describes),
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

    /// <summary>Entries that excuse nothing, or no longer. That what is endless is so, cannot be waited for: its member is there.</summary>
    public static IEnumerable<string> Unneeded()
    {
        MethodBase[] members = [.. Instances.Types.Where(Sweep.HasMembers).SelectMany(Sweep.MembersOf)];
        return all.Where(one => !Named(members, one.Member).SelectMany(Sweep.Found).Any(fault => fault.What == one.What))
            .Select(one => $"{one.Member}: {one.What}")
            .Concat(endless.Where(one => !Named(members, one.Member)
                .Any(member => member.GetParameters().Any(parameter => parameter.Name == one.Parameter))).Select(one => one.Member));
    }

    static IEnumerable<MethodBase> Named(MethodBase[] members, string name) =>
        members.Where(member => Sweep.NameOf(member).StartsWith(name, StringComparison.Ordinal));

    public static bool IsEndless(ParameterInfo parameter, Sample sample) =>
        sample.Name == int.MaxValue.ToString(null as IFormatProvider)
        && endless.Contains((Sweep.NameOf((MethodBase)parameter.Member), parameter.Name!));
}
