using System.Globalization;

namespace Autograd;

/// <summary>
/// The contents of something that is saved: named tensors, numbers and texts, each with the actions that get and restore it.
/// </summary>
public sealed class SavedState
{
    readonly Dictionary<string, TensorSlot> tensors = new(StringComparer.Ordinal);
    readonly Dictionary<string, TextSlot> texts = new(StringComparer.Ordinal);
    readonly List<Action> completions = [];
    string prefix = "";

    internal SavedState(IEnumerable<(string Name, ISaved Part)> parts)
    {
        foreach (var (name, part) in parts) Add(name, part);
    }

    internal IReadOnlyDictionary<string, TensorSlot> Tensors => tensors;

    internal IReadOnlyDictionary<string, TextSlot> Texts => texts;

    internal IReadOnlyList<Action> Completions => completions;

    /// <summary>Creates something that can be saved from a few actions, where a class of its own would be too much.</summary>
    public static ISaved Of(Action<SavedState> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        return new Described(describe);
    }

    /// <summary>Adds a parameter.</summary>
    /// <param name="name">Its name here.</param>
    /// <param name="parameter">The parameter.</param>
    /// <exception cref="ArgumentException">The name is taken, or the whole name begins with a dot.</exception>
    public void Add(string name, Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        AddTo(tensors, name,
            new TensorSlot(() => parameter, value => parameter.Assign(value!), parameter.Shape, parameter.ElementType, parameter));
    }

    /// <summary>Adds a tensor whose shape and element type do not change.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="save">Returns the value.</param>
    /// <param name="load">Restores the value.</param>
    /// <exception cref="ArgumentException">The name is taken, or the whole name begins with a dot.</exception>
    public void Add(string name, Func<Tensor> save, Action<Tensor> load)
    {
        ArgumentNullException.ThrowIfNull(save);
        ArgumentNullException.ThrowIfNull(load);
        var now = save();
        AddTo(tensors, name, new TensorSlot(save, value => load(value!), now.Shape, now.ElementType));
    }

    /// <summary>Adds a tensor that may be absent, and whose shape may change: a carried state, a buffer that grows.</summary>
    /// <inheritdoc cref="Add(string, Func{Tensor}, Action{Tensor})"/>
    public void AddOptional(string name, Func<Tensor?> save, Action<Tensor?> load)
    {
        ArgumentNullException.ThrowIfNull(save);
        ArgumentNullException.ThrowIfNull(load);
        AddTo(tensors, name, new TensorSlot(save, load, null, null));
    }

    /// <summary>Adds a text.</summary>
    /// <inheritdoc cref="Add(string, Func{Tensor}, Action{Tensor})"/>
    public void Add(string name, Func<string> save, Action<string> load)
    {
        ArgumentNullException.ThrowIfNull(save);
        ArgumentNullException.ThrowIfNull(load);
        Add(name, save, text => () => load(text));
    }

    /// <summary>Adds what is written as a text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="save">Gives the text.</param>
    /// <param name="parse">What takes it back, prepared before anything is changed; null where the text is none of its kind.</param>
    internal void Add(string name, Func<string> save, Func<string, Action?> parse) => AddTo(texts, name, new TextSlot(save, parse));

    /// <summary>Adds a whole number.</summary>
    /// <inheritdoc cref="Add(string, Func{Tensor}, Action{Tensor})"/>
    public void Add(string name, Func<long> save, Action<long> load)
    {
        ArgumentNullException.ThrowIfNull(save);
        ArgumentNullException.ThrowIfNull(load);
        Add(
            name, () => save().ToString(CultureInfo.InvariantCulture),
            text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                ? () => load(number)
                : null);
    }

    /// <summary>Adds a number, which is restored to the last bit; all NaNs become the same NaN.</summary>
    /// <inheritdoc cref="Add(string, Func{Tensor}, Action{Tensor})"/>
    public void Add(string name, Func<double> save, Action<double> load)
    {
        ArgumentNullException.ThrowIfNull(save);
        ArgumentNullException.ThrowIfNull(load);
        Add(
            name, () => save().ToString("R", CultureInfo.InvariantCulture),
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                ? () => load(number)
                : null);
    }

    /// <summary>
    /// Adds an action that combines several values which are useful only together: it is called once after everything has been restored. It
    /// may refuse, and must then not change anything.
    /// </summary>
    /// <param name="complete">Called when something is loaded.</param>
    public void WhenLoaded(Action complete)
    {
        ArgumentNullException.ThrowIfNull(complete);
        completions.Add(complete);
    }

    /// <summary>
    /// Adds a part that describes itself; its names are prefixed with a name and a dot, or with nothing if the name is empty.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="part">It.</param>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    public void Add(string name, ISaved part)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(part);
        string before = prefix;
        prefix = name.Length == 0 ? before : $"{before}{name}.";
        try
        {
            part.Describe(this);
        }
        finally
        {
            prefix = before;
        }
    }

    void AddTo<T>(Dictionary<string, T> slots, string name, T slot)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Snapshot.IsOwn(prefix + name))
            throw new ArgumentException($"\"{prefix}{name}\" begins with a dot, as only names of the format do.", nameof(name));
        if (tensors.ContainsKey(prefix + name) || texts.ContainsKey(prefix + name) || !slots.TryAdd(prefix + name, slot))
            throw new ArgumentException($"Two things to be saved have the name \"{prefix}{name}\".", nameof(name));
    }

    sealed class Described(Action<SavedState> describe) : ISaved
    {
        public void Describe(SavedState state) => describe(state);
    }
}
