using System.Diagnostics.CodeAnalysis;

namespace Autograd.Layers;

/// <summary>
/// A step with several inputs and outputs, as values made of tensors like the state:
/// <c>(output, next) = StepParts((x, mask, gap), state)</c>.
/// <see cref="Recurrent{TInput, TState, TOutput}"/> runs it over sequences of the same structure.
/// <para>
/// It is also a <see cref="Cell{TState}"/> whose input and output are the parts side by side as columns, so anything that takes a cell
/// takes this one, with <see cref="Columns"/> of the inputs.
/// </para>
/// </summary>
/// <typeparam name="TInput">The input: a tensor, one list of tensors, or a tuple or <c>record struct</c> of tensors.</typeparam>
/// <typeparam name="TState">The state.</typeparam>
/// <typeparam name="TOutput">The output: anything that could be a state.</typeparam>
public abstract class Cell<
    [DynamicallyAccessedMembers(StateLayout.Kept)] TInput,
    [DynamicallyAccessedMembers(StateLayout.Kept)] TState,
    [DynamicallyAccessedMembers(StateLayout.Kept)] TOutput> : Cell<TState>
{
    readonly Shape[] inputs;
    OutputParts? outputs;

    /// <summary>Declares the random key of the initial weights, the shapes of the inputs and the sizes of the state.</summary>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="inputs">
    /// The shape of each tensor of the input without the batch, in order of declaration: <c>[[3], [3], [1]]</c>.
    /// </param>
    /// <param name="stateSizes">As for <see cref="Cell{TState}(RandomKey, int[])"/>.</param>
    /// <exception cref="ArgumentException">The number of shapes differs from the number of tensors in the input.</exception>
    /// <exception cref="ShapeException">A shape has no axis, or an empty one.</exception>
    protected Cell(RandomKey key, Shape[] inputs, params int[] stateSizes)
        : base(key, stateSizes)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        this.inputs = inputs;
        bool fits = StateTensors<TInput>.IsList || (!StateTensors<TInput>.HasLists && StateTensors<TInput>.Slots == inputs.Length);
        if (!fits || inputs.Length == 0)
            throw new ArgumentException(
                $"{GetType().Name}: {inputs.Length} shapes were given for the input {StateTensors<TInput>.TypeName}; give one for each " +
                "tensor of it. It is one list, or has none.",
                nameof(inputs));
        if (Array.Find(inputs, shape => shape.Rank == 0 || shape.ElementCount == 0) is { } empty)
            throw new ShapeException($"{GetType().Name}: an input has the shape {empty}; it must have an axis, and none that is empty.");
    }

    /// <summary>One step, pure as <see cref="Cell{TState}.Step"/> is.</summary>
    /// <param name="x">The input: tensors <c>[batch, …]</c> of the shapes that were declared.</param>
    /// <param name="state">The state before the step.</param>
    /// <returns>The output, tensors <c>[batch, …]</c> of any shapes, and the state after the step.</returns>
    public abstract (TOutput Output, TState Next) StepParts(TInput x, TState state);

    /// <summary>
    /// One step over columns, <c>[batch, columns]</c>: the parts of the input side by side, and likewise those of the output.
    /// </summary>
    /// <inheritdoc/>
    public sealed override (Tensor Output, TState Next) Step(Tensor x, TState state)
    {
        ArgumentNullException.ThrowIfNull(x);
        string name = $"{GetType().Name}.Step";
        var (output, next) = StepParts(StateTensors<TInput>.Create(Parts.Split(name, x, inputs, 1)), state);
        var tensors = StateTensors<TOutput>.Flatten(output);
        foreach (var tensor in tensors)
            if (tensor.Rank == 0 || tensor.Shape[0] != x.Shape[0])
                throw new ShapeException(
                    $"{name}: a tensor of the output is {tensor.Shape}; its first axis must be the batch, {x.Shape[0]}.");
        // The structure of the output, which columns do not show. It holds no value, so the step is pure.
        outputs = OutputParts.Of(output, tensors);
        return (Parts.Join(tensors, 1), next);
    }

    /// <summary>
    /// The parts of an input, or of sequences of inputs, side by side: <c>[batch, columns]</c> or <c>[time, batch, columns]</c>, in order
    /// of declaration. Differentiable.
    /// </summary>
    /// <exception cref="ShapeException">
    /// The shape of a tensor is not the declared one, or its leading axes differ from those of the first tensor.
    /// </exception>
    public Tensor Columns(TInput x)
    {
        var tensors = StateTensors<TInput>.Flatten(x);
        if (tensors.Length != inputs.Length)
            throw new ShapeException($"{GetType().Name}: the input has {tensors.Length} tensors; {inputs.Length} were declared.");
        int axes = tensors[0].Rank - inputs[0].Rank;
        for (int i = 0; i < tensors.Length; i++)
        {
            var shape = tensors[i].Shape;
            bool fits = axes is 1 or 2 && shape.Rank == axes + inputs[i].Rank && shape.Lengths[axes..].SequenceEqual(inputs[i].Lengths);
            if (!fits || !shape.Lengths[..axes].SequenceEqual(tensors[0].Shape.Lengths[..axes]))
                throw new ShapeException(
                    $"{GetType().Name}: tensor {i} of the input is {shape}, the first one {tensors[0].Shape}; {inputs[i]} was declared " +
                    "for it, behind the batch, or time and batch, of all.");
        }
        return Parts.Join(tensors, axes);
    }

    /// <summary>Columns <c>[time, batch, columns]</c> of outputs as the structure that the last step gave.</summary>
    internal TOutput FromColumns(Tensor columns)
    {
        var (template, shapes) = outputs!;
        return StateTensors<TOutput>.Rebuild(template, Parts.Split(nameof(Recurrent), columns, shapes, 2));
    }

    // Of tensors without data, so that it keeps no memory.
    sealed record OutputParts(TOutput Template, Shape[] Shapes)
    {
        public static OutputParts Of(TOutput output, Tensor[] tensors) => new(
            StateTensors<TOutput>.Map(output, tensor => Tensor.Symbolic(tensor.Shape)),
            Array.ConvertAll(tensors, tensor => Shape.Create(tensor.Shape.Lengths[1..])));
    }
}

/// <summary>Tensors side by side as columns.</summary>
static class Parts
{
    /// <summary>Tensors <c>[axes, …]</c> as one <c>[axes, columns]</c>.</summary>
    public static Tensor Join(Tensor[] tensors, int axes)
    {
        var flat = Array.ConvertAll(
            tensors, tensor => tensor.Rank == axes + 1 ? tensor : WithShape(tensor, axes, [Count(tensor.Shape, axes)]));
        return flat.Length == 1 ? flat[0] : Functions.Concatenate(axes, flat);
    }

    /// <summary>Columns <c>[axes, columns]</c> as tensors of the given shapes behind the axes.</summary>
    public static Tensor[] Split(string name, Tensor columns, IReadOnlyList<Shape> shapes, int axes)
    {
        int all = shapes.Sum(shape => shape.ElementCount);
        if (columns.Rank != axes + 1 || columns.Shape[axes] != all)
            throw new ShapeException(
                $"{name}: the input is {columns.Shape}; it has {all} columns, of the shapes {string.Join(", ", shapes)}.");
        var parts = new Tensor[shapes.Count];
        for (int i = 0, first = 0; i < parts.Length; first += shapes[i++].ElementCount)
        {
            var part = parts.Length == 1 ? columns : Functions.Slice(columns, axes, first, shapes[i].ElementCount);
            parts[i] = shapes[i].Rank == 1 ? part : WithShape(part, axes, shapes[i].Lengths);
        }
        return parts;
    }

    static int Count(Shape shape, int axes)
    {
        int count = 1;
        foreach (int length in shape.Lengths[axes..]) count *= length;
        return count;
    }

    static Tensor WithShape(Tensor tensor, int axes, ReadOnlySpan<int> behind) =>
        Functions.Reshape(tensor, [.. tensor.Shape.Lengths[..axes], .. behind]);
}
