using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Autograd.Layers;

/// <content>Parameters that a module holds without having declared them.</content>
public abstract partial class Module
{
    readonly List<(string Name, Parameter Parameter)> borrowed = [];
    bool hasDeclaredAll;

    /// <summary>
    /// Declares a parameter that another module owns, such as tied weights: it belongs to this module too, and keeps its name in the other.
    /// </summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="name">Its name in this module; by default the expression it is given by.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    protected Parameter Share(Parameter parameter, [CallerArgumentExpression(nameof(parameter))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(parameter);
        name = FieldName(name);
        ThrowIfDeclared(name);
        borrowed.Add((name, parameter));
        return parameter;
    }

    // Otherwise it would be used and never learned, without a word. Once for each module, when its parameters are first asked for.
    void ThrowIfUndeclared()
    {
        if (hasDeclaredAll) return;
        foreach (var (_, part, _) in parts) part.ThrowIfUndeclared();
        var declared = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (var (_, parameter) in Named("")) declared.Add(parameter);
        foreach (var (field, parameter) in Held())
            if (!declared.Contains(parameter))
                throw new InvalidOperationException(
                    $"{GetType().Name}: its field {field} holds the parameter {parameter.Name}, which is not declared, and so would not "
                    + "be learned. " +
                    $"Declare it with Parameter(out {field}, …), Weight or Bias, or with Share({field}) if another module owns it.");
        hasDeclaredAll = true;
    }

    // The library's own modules know what they do.
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A field that is trimmed is not used.")]
    IEnumerable<(string Field, Parameter Parameter)> Held()
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var type = GetType(); type is not null && type.Assembly != typeof(Module).Assembly; type = type.BaseType)
            foreach (var field in type.GetFields(Own))
            {
                if (field.FieldType == typeof(Parameter) && field.GetValue(this) is Parameter one) yield return (NameOf(field), one);
                if (field.FieldType != typeof(Parameter[]) || field.GetValue(this) is not Parameter?[] several) continue;
                foreach (var parameter in several)
                    if (parameter is not null)
                        yield return (NameOf(field), parameter);
            }
    }

    // That of a property or an argument which the compiler keeps in it.
    static string NameOf(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;
}
