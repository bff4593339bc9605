using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Published;

readonly record struct Traces(Tensor Fast, Tensor Slow);

readonly record struct Pair(Tensor Left, Tensor Right) : IStatePart;

readonly record struct Nested(LstmState Lstm, Tensor Sum, (Pair Pair, (Tensor A, Tensor B, Tensor C) Three) Rest);

readonly record struct WithLists(
    Tensor[] Line, Tensor Sum, List<Tensor> Past, (IReadOnlyList<Tensor> Any, ImmutableArray<Tensor> Fixed) More);

// The state of no cell, and no IStatePart: nothing says that its fields are to be kept.
readonly record struct Forgotten(Tensor Left, Tensor Right);

readonly record struct Counted(Tensor H, int Steps);

readonly record struct Named(Tensor H, string Name);

/// <summary>A cell as it is written in the README, of which nothing says that it will be compiled ahead of time.</summary>
sealed class TraceCell : Cell<(Tensor H, Tensor S)>
{
    readonly Parameter W, R;

    public TraceCell(int inputs, int units, RandomKey key)
        : base(key, units)
    {
        Weight(out W, inputs, units);
        Weight(out R, units, units);
    }

    public override (Tensor Output, (Tensor H, Tensor S) Next) Step(Tensor x, (Tensor H, Tensor S) state)
    {
        var h = Tanh(MatMul(x, W) + MatMul(state.S, R));
        return (h, (h, 0.7 * state.S + 0.3 * h));
    }
}

/// <summary>What the cells below have in common: every tensor of the state matters, each in a way of its own.</summary>
sealed class Mixing : Module
{
    readonly Parameter W, R;

    public Mixing(int inputs, int units, RandomKey key)
    {
        Parameter(out W, key.For("w").Normal([inputs, units], 0.5));
        Parameter(out R, key.For("r").Normal([units, units], 0.5));
    }

    public (Tensor Output, TState Next) Step<TState>(Tensor x, TState state)
    {
        var all = State.Tensors(state).Aggregate((sum, tensor) => 0.7 * sum + tensor);
        var h = Tanh(MatMul(x, W) + MatMul(all, R));
        int place = 0;
        return (h + all, State.Map(state, tensor => 0.5 * tensor + 0.1 * ++place * h));
    }
}

/// <summary>A cell of a record struct, which nothing but the base class names.</summary>
sealed class TracesCell : Cell<Traces>
{
    readonly Mixing mixing;

    public TracesCell(int inputs, int units, RandomKey key)
        : base(key, units)
        => Part(out mixing, new Mixing(inputs, units, key));

    public override (Tensor Output, Traces Next) Step(Tensor x, Traces state) => mixing.Step(x, state);
}

sealed class NestedCell : Cell<Nested>
{
    readonly Mixing mixing;

    public NestedCell(int inputs, int units, RandomKey key)
        : base(key, units)
        => Part(out mixing, new Mixing(inputs, units, key));

    public override (Tensor Output, Nested Next) Step(Tensor x, Nested state) => mixing.Step(x, state);
}

/// <summary>The number of tensors in its lists is its own matter, so it says how it begins.</summary>
sealed class ListsCell : Cell<WithLists>
{
    readonly Mixing mixing;

    public ListsCell(int inputs, int units, RandomKey key)
        : base(key)
        => Part(out mixing, new Mixing(inputs, units, key));

    public override WithLists Initial(int batch, ElementType type)
    {
        var zero = Tensor.Zeros([batch, 3], type);
        return new([zero, zero], zero, [zero], ([zero], [zero, zero]));
    }

    public override (Tensor Output, WithLists Next) Step(Tensor x, WithLists state) => mixing.Step(x, state);
}

/// <summary>A cell of any state. What is generic in the state and derives from a cell says that fields are kept, as the cell
/// does.</summary>
sealed class AnyCell<[DynamicallyAccessedMembers(Fields)] TState> : Cell<TState>
{
    const DynamicallyAccessedMemberTypes Fields =
        DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields;

    readonly Mixing mixing;

    public AnyCell(int inputs, int units, RandomKey key, params int[] sizes)
        : base(key, sizes.Length > 0 ? sizes : [units])
        => Part(out mixing, new Mixing(inputs, units, key));

    public override (Tensor Output, TState Next) Step(Tensor x, TState state) => mixing.Step(x, state);
}
