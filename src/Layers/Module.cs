using System.Runtime.CompilerServices;

namespace Autograd.Layers;

/// <summary>
/// Something with parameters: a layer, a cell, a model. Parameters and parts are declared in the constructor and take the names of the
/// fields they are stored in; the name of a parameter in a model is its path, such as <c>recurrent.cell.Wxf</c>.
/// </summary>
public abstract partial class Module
{
    readonly List<(string Name, Parameter Parameter)> own = [];
    readonly List<(string Name, Module Module, bool IsOwned)> parts = [];
    readonly ModuleMode mode = new();

    /// <summary>
    /// Whether layers that behave differently in training, such as <see cref="Dropout"/>, do so; false until <see cref="Train"/> is called.
    /// </summary>
    public bool IsTraining => mode.Value.IsTraining;

    /// <summary>
    /// The training step given to <see cref="Train"/>: what distinguishes the random masks of one step from those of the next.
    /// </summary>
    public int TrainingStep => mode.Value.Step;

    /// <summary>All parameters, each once: those declared here, then those of the parts, in order of declaration.</summary>
    public IReadOnlyList<Parameter> Parameters => [.. NamedParameters().Select(named => named.Parameter)];

    /// <summary>Number of learned numbers.</summary>
    public int ParameterCount => NamedParameters().Sum(named => named.Parameter.ElementCount);

    /// <summary>All parameters with their paths, each once.</summary>
    /// <exception cref="InvalidOperationException">A field of this module holds a parameter that is not declared.</exception>
    public IEnumerable<(string Path, Parameter Parameter)> NamedParameters()
    {
        ThrowIfUndeclared();
        return Once(Named(""));
    }

    /// <summary>Returns a parameter by its path.</summary>
    /// <exception cref="KeyNotFoundException">There is no such parameter; the message lists all parameters.</exception>
    public Parameter this[string path]
    {
        get
        {
            foreach (var (name, parameter) in NamedParameters())
                if (name == path)
                    return parameter;
            throw new KeyNotFoundException(
                $"There is no parameter {path}; there are: {string.Join(", ", NamedParameters().Select(named => named.Path))}.");
        }
    }

    /// <summary>
    /// Switches this module and its parts to training. Masks are a function of the step, so the same step gives the same masks.
    /// </summary>
    /// <param name="step">Number of the training step.</param>
    public void Train(int step) => SetMode(training: true, step);

    /// <summary>Switches this module and its parts to evaluation: nothing is random.</summary>
    public void Evaluate() => SetMode(training: false, 0);

    /// <summary>Declares a parameter with an initial value: <c>Parameter(out gain, Tensor.Ones([n]))</c>.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="value">Its initial value.</param>
    /// <param name="name">Its name; by default that of the field.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    protected void Parameter(out Parameter field, Tensor value, [CallerArgumentExpression(nameof(field))] string name = "")
    {
        name = FieldName(name);
        ThrowIfDeclared(name);
        field = new Parameter(name, value);
        own.Add((name, field));
    }

    /// <summary>
    /// Declares a fixed tensor, such as a mask or a matrix that is not learned: <c>Constant(out mask, Tensor.From(…))</c>. It is not a
    /// parameter, and takes the element type of whatever it is combined with, float or double, without a conversion; see
    /// <see cref="ConstantTensor"/>.
    /// </summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="values">Its numbers, in either type; held in double.</param>
    /// <param name="name">Its name in reports; by default that of the field.</param>
    /// <exception cref="ArgumentException">The name is empty, or the tensor has no data.</exception>
    protected static void Constant(out Tensor field, Tensor values, [CallerArgumentExpression(nameof(field))] string name = "") =>
        field = new ConstantTensor(FieldName(name), values);

    /// <summary>
    /// Declares a part, so that its parameters belong to this module too: <c>head = Part(new Linear(…), "head")</c> or <c>Part(head)</c>.
    /// </summary>
    /// <param name="module">The part.</param>
    /// <param name="name">Its name in paths; by default the expression it is given by, which must then be a name.</param>
    /// <returns>The part.</returns>
    /// <exception cref="ArgumentException">The name is taken, or an expression.</exception>
    protected TModule Part<TModule>(TModule module, [CallerArgumentExpression(nameof(module))] string name = "")
        where TModule : Module
    {
        Add(module, name, isOwned: true);
        foreach (var (path, parameter) in Once(module.Named("", onlyOwned: true))) parameter.Rename($"{FieldName(name)}.{path}");
        return module;
    }

    /// <summary>Declares a part and its field, whose name it takes: <c>Part(out head, new Linear(…))</c>.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="module">The part.</param>
    /// <param name="name">Its name in paths; by default that of the field.</param>
    /// <exception cref="ArgumentException">The name is taken, or an expression.</exception>
    protected void Part<TModule>(out TModule field, TModule module, [CallerArgumentExpression(nameof(field))] string name = "")
        where TModule : Module
        => field = Part(module, name);

    /// <summary>
    /// Declares a part that another module owns: its parameters belong to this one too and keep their names. For views that are short-lived
    /// compared to what they refer to, such as a decoder bound to one encoded sequence.
    /// </summary>
    /// <inheritdoc cref="Part{TModule}(TModule, string)"/>
    protected TModule Share<TModule>(TModule module, [CallerArgumentExpression(nameof(module))] string name = "")
        where TModule : Module
    {
        Add(module, name, isOwned: false);
        return module;
    }

    /// <summary>
    /// A view of a module: the same parameters, parts and mode, now and later, except for the fields that are changed.
    /// <code>ViewOf(this, view => view.cell = cell.WithRows(rows));</code>
    /// </summary>
    /// <param name="module">The module, which is not changed.</param>
    /// <param name="change"> Changes fields of the view. The values it assigns are not parts of the view in the sense of
    /// <see cref="Part{TModule}(TModule, string)"/>.
    /// </param>
    protected static TModule ViewOf<TModule>(TModule module, Action<TModule> change)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(change);
        var view = (TModule)module.MemberwiseClone();
        change(view);
        return view;
    }

    /// <summary>This module for chosen sequences of a batch: itself, unless it is a cell that says otherwise.</summary>
    /// <exception cref="InvalidOperationException">
    /// A part is another one for these sequences, and nothing says how this module becomes so.
    /// </exception>
    internal virtual Module OfRows(int[] rows)
    {
        foreach (var (_, part, _) in parts)
            if (part.OfRows(rows) != part)
                throw new InvalidOperationException(
                    $"{GetType().Name}: its part {part.GetType().Name} belongs to the sequences of a batch; " +
                    "override Cell.WithRows so that its rows go with those of the state.");
        return this;
    }

    /// <summary>What names inside of a part begin with: its path and a dot; nothing for this module and what is no part of it.</summary>
    internal string PathTo(Module module) => FindPath(module) ?? "";

    string? FindPath(Module module)
    {
        if (module == this) return "";
        foreach (var (name, part, _) in parts)
            if (part.FindPath(module) is { } path)
                return $"{name}.{path}";
        return null;
    }

    /// <summary>Computes something as in evaluation. The modes of this module and its parts are afterwards what they were.</summary>
    internal T InEvaluation<T>(Func<T> run)
    {
        var before = Modes().Select(mode => (Mode: mode, mode.Value)).ToArray();
        Evaluate();
        try
        {
            return run();
        }
        finally
        {
            foreach (var (mode, value) in before) mode.Value = value;
        }
    }

    IEnumerable<ModuleMode> Modes() => parts.SelectMany(part => part.Module.Modes()).Prepend(mode);

    void ThrowIfDeclared(string name)
    {
        if (own.Exists(declared => declared.Name == name) || borrowed.Exists(declared => declared.Name == name))
            throw new ArgumentException($"{GetType().Name} already has a parameter {name}.", nameof(name));
    }

    void Add(Module module, string name, bool isOwned)
    {
        ArgumentNullException.ThrowIfNull(module);
        name = FieldName(name);
        if (name.AsSpan().IndexOfAny(Expression) >= 0)
            throw new ArgumentException(
                $"{GetType().Name}: a part cannot be named by the expression {name}; write Part(out field, {name}), or give a name.",
                nameof(name));
        if (parts.Exists(part => part.Name == name))
            throw new ArgumentException($"{GetType().Name} already has a part {name}.", nameof(name));
        parts.Add((name, module, isOwned));
    }

    IEnumerable<(string Path, Parameter Parameter)> Named(string prefix, bool onlyOwned = false)
    {
        foreach (var (name, parameter) in own) yield return (prefix + name, parameter);
        if (!onlyOwned)
            foreach (var (name, parameter) in borrowed)
                yield return (prefix + name, parameter);
        foreach (var (name, part, isOwned) in parts)
            if (isOwned || !onlyOwned)
                foreach (var named in part.Named($"{prefix}{name}.", onlyOwned))
                    yield return named;
    }

    static IEnumerable<(string Path, Parameter Parameter)> Once(IEnumerable<(string Path, Parameter Parameter)> named)
    {
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (var each in named)
            if (seen.Add(each.Parameter))
                yield return each;
    }

    void SetMode(bool training, int step)
    {
        mode.Value = (training, step);
        foreach (var (_, part, _) in parts) part.SetMode(training, step);
    }

    // What no name has that goes into reports and files.
    static readonly System.Buffers.SearchValues<char> Expression = System.Buffers.SearchValues.Create("()[]{}<>\"',;=?! ");

    static string FieldName(string expression) => expression.StartsWith("this.", StringComparison.Ordinal) ? expression[5..] : expression;
}
