using System.Reflection;

namespace Autograd.Hostile;

/// <summary>Something that came out of a call and should not have.</summary>
sealed record Fault(string Member, string With, string What)
{
    public override string ToString() => $"{Member}({With}): {What}";
}

/// <summary>Calls the members of a type, each with one bad value after the other.</summary>
static class Sweep
{
    static readonly string[] everywhere =
        ["Equals", "GetHashCode", "GetType", "Deconstruct", "<Clone>$", "op_Equality", "op_Inequality", "PrintMembers"];

    /// <summary>The call under way.</summary>
    public static volatile string Now = "";

    public static bool HasMembers(Type type) =>
        // MPI can begin once in a process, and ends it where it fails: .ci/distributed has what is bad there.
        type != typeof(Autograd.Distributed.MpiJob)
            // The compiler's names for blocks of extensions, whose members are those of the classes around them.
            && !type.Name.StartsWith('<') && !type.IsEnum && !type.IsAssignableTo(typeof(Delegate))
            // Cannot be boxed, and so not be called from here: what gives one (Parameter.Change, Tape.Pause, TimeStep.Begin, an optimizer's
            // update) is, and the tests of each have the rest.
            && !type.IsByRefLike;

    public static IEnumerable<MethodBase> MembersOf(Type type) =>
        type.GetConstructors().Where(way => !type.IsAbstract).Concat<MethodBase>(
            type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(method => !everywhere.Contains(method.Name) && !(method.IsStatic && method.IsAbstract))
                .Select(Instances.Closed).OfType<MethodBase>());

    public static string NameOf(MethodBase member) => $"{NameOf(member.DeclaringType!)}.{(member.IsConstructor ? "new" : member.Name)}";

    public static string NameOf(Type type) => type.Name.Split('`')[0];

    /// <summary>Whether there are ordinary values with which a member can be called.</summary>
    public static bool Accepts(MethodBase member) =>
        Profile.All.Any(profile =>
        {
            Try(member, Caller.Of(member), profile, -1, null, out string? refused);
            return refused is null;
        });

    /// <summary>The faults of one member.</summary>
    public static IEnumerable<Fault> Of(MethodBase member) => Found(member).Where(fault => !Exceptions.Allows(fault));

    /// <summary>The faults of one member, those for which there is a reason among them.</summary>
    public static IEnumerable<Fault> Found(MethodBase member)
    {
        var caller = Caller.Of(member);
        var parameters = member.GetParameters();
        var profile = Profile.All.FirstOrDefault(choice =>
            Try(member, caller, choice, -1, null, out string? refused) is null && refused is null) ?? Profile.All[0];
        if (Try(member, caller, profile, -1, null, out _) is { } all) yield return all;
        for (int place = 0; place < parameters.Length; place++)
        {
            int i = place;
            using var kept = new Kept();
            var samples = Bad.Of(parameters[i], new Values(profile, kept)).ToList();
            foreach (var sample in samples.Where(sample => !Exceptions.IsEndless(parameters[i], sample)))
                if (Try(member, caller, profile, i, sample, out _) is { } fault) yield return fault;
        }
    }

    // A fault, or null; refused says whether the call ended in an exception that is allowed.
    static Fault? Try(MethodBase member, Caller caller, Profile profile, int place, Sample? bad, out string? refused)
    {
        refused = null;
        using var kept = new Kept();
        string with = Now = bad is null ? "ordinary values" : $"{member.GetParameters()[place].Name}: {bad.Name}";
        object? target;
        object?[] arguments;
        try
        {
            var values = new Values(profile, kept);
            target = member.IsStatic || member.IsConstructor ? null : values.Of(member.DeclaringType!, "this");
            arguments = [.. member.GetParameters().Select(p => p.Position == place ? bad!.Make() : values.Of(p))];
        }
        catch (Exception cannot)
        {
            // Its makers are called as members of their own.
            refused = cannot.Message;
            return null;
        }
        try
        {
            var result = caller.Call(target, arguments);
            var what = Verdict.Of(result, bad ?? new Sample("", () => null));
            (result as IDisposable)?.Dispose();
            return what is null ? null : new Fault(NameOf(member), with, what);
        }
        catch (Exception thrown)
        {
            refused = thrown.Message;
            return Verdict.Of(thrown, member) is { } what
                ? new Fault(NameOf(member), with, $"{what} at {Verdict.PlaceOf(thrown)}: {thrown.Message}") : null;
        }
    }
}
