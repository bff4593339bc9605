namespace Autograd;

/// <summary>
/// A scope in which a parameter is written: <c>using (var change = parameter.Change&lt;float&gt;()) change.Values[0] = 1;</c> Inside the
/// scope, the parameter's <see cref="Parameter.Version"/> is odd, and using the parameter is an error.
/// </summary>
/// <typeparam name="T">The parameter's element type.</typeparam>
public readonly ref struct ParameterChange<T>
    where T : unmanaged
{
    readonly Parameter? parameter;
    readonly int version;

    internal ParameterChange(Parameter parameter)
    {
        version = parameter.BeginChange();
        this.parameter = parameter;
        Values = parameter.WriteSpan<T>();
    }

    /// <summary>
    /// The elements in row-major order, for reading and writing. Must not be used after the end of the change.
    /// </summary>
    public Span<T> Values { get; }

    /// <summary>Ends the change. A second call does nothing.</summary>
    public void Dispose() => parameter?.EndChange(version);
}

/// <summary>A parameter was to be written while a change to it was under way, on another thread or in an enclosing scope.</summary>
public sealed class ParameterChangeException : InvalidOperationException
{
    internal ParameterChangeException(Parameter parameter)
        : base(
            $"Parameter {parameter.Name} is being written already. Let one thread at a time change a parameter, "
            + "and end the scope of Change before the next begins.")
        => Parameter = parameter;

    /// <summary>The parameter.</summary>
    public Parameter Parameter { get; }
}
