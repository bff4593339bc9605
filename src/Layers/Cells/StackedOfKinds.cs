namespace Autograd.Layers;

/// <summary>
/// Two cells with different states on top of each other, as one cell: the second reads the output of the first at the same step.
/// </summary>
/// <typeparam name="T1">The state of the lowest layer.</typeparam>
/// <typeparam name="T2">The state of the second layer.</typeparam>
public sealed class Stacked<T1, T2> : Cell<(T1 First, T2 Second)>
{
    Cell<T1> first;
    Cell<T2> second;

    /// <summary>Creates the stack, lowest layer first; the cells' parameters become this module's.</summary>
    /// <exception cref="ArgumentException">A cell is given twice.</exception>
    public Stacked(Cell<T1> first, Cell<T2> second)
        : base(default)
    {
        Stacked.CheckDistinct(first, second);
        this.first = Part(first, "layer0");
        this.second = Part(second, "layer1");
    }

    /// <inheritdoc/>
    public override (T1 First, T2 Second) Initial(int batch, ElementType type) => (first.First(batch, type), second.First(batch, type));

    /// <inheritdoc/>
    public override Cell<(T1 First, T2 Second)> WithRows(int[] rows)
    {
        var (one, two) = (first.WithRows(rows), second.WithRows(rows));
        return one == first && two == second ? this : ViewOf(this, view => (view.first, view.second) = (one, two));
    }

    /// <inheritdoc/>
    public override (Tensor Output, (T1 First, T2 Second) Next) Step(Tensor x, (T1 First, T2 Second) state)
    {
        (x, var one) = first.Step(x, state.First);
        (x, var two) = second.Step(x, state.Second);
        return (x, (one, two));
    }
}

/// <summary>Three cells with different states on top of each other, as one cell; as <see cref="Stacked{T1, T2}"/>.</summary>
/// <typeparam name="T1">The state of the lowest layer.</typeparam>
/// <typeparam name="T2">The state of the second layer.</typeparam>
/// <typeparam name="T3">The state of the third layer.</typeparam>
public sealed class Stacked<T1, T2, T3> : Cell<(T1 First, T2 Second, T3 Third)>
{
    Cell<T1> first;
    Cell<T2> second;
    Cell<T3> third;

    /// <summary>Creates the stack, lowest layer first; the cells' parameters become this module's.</summary>
    /// <exception cref="ArgumentException">A cell is given twice.</exception>
    public Stacked(Cell<T1> first, Cell<T2> second, Cell<T3> third)
        : base(default)
    {
        Stacked.CheckDistinct(first, second, third);
        this.first = Part(first, "layer0");
        this.second = Part(second, "layer1");
        this.third = Part(third, "layer2");
    }

    /// <inheritdoc/>
    public override (T1 First, T2 Second, T3 Third) Initial(int batch, ElementType type) =>
        (first.First(batch, type), second.First(batch, type), third.First(batch, type));

    /// <inheritdoc/>
    public override Cell<(T1 First, T2 Second, T3 Third)> WithRows(int[] rows)
    {
        var (one, two, three) = (first.WithRows(rows), second.WithRows(rows), third.WithRows(rows));
        return one == first && two == second && three == third
            ? this
            : ViewOf(this, view => (view.first, view.second, view.third) = (one, two, three));
    }

    /// <inheritdoc/>
    public override (Tensor Output, (T1 First, T2 Second, T3 Third) Next) Step(Tensor x, (T1 First, T2 Second, T3 Third) state)
    {
        (x, var one) = first.Step(x, state.First);
        (x, var two) = second.Step(x, state.Second);
        (x, var three) = third.Step(x, state.Third);
        return (x, (one, two, three));
    }
}

/// <summary>Four cells with different states on top of each other, as one cell; as <see cref="Stacked{T1, T2}"/>.</summary>
/// <typeparam name="T1">The state of the lowest layer.</typeparam>
/// <typeparam name="T2">The state of the second layer.</typeparam>
/// <typeparam name="T3">The state of the third layer.</typeparam>
/// <typeparam name="T4">The state of the fourth layer.</typeparam>
public sealed class Stacked<T1, T2, T3, T4> : Cell<(T1 First, T2 Second, T3 Third, T4 Fourth)>
{
    Cell<T1> first;
    Cell<T2> second;
    Cell<T3> third;
    Cell<T4> fourth;

    /// <summary>Creates the stack, lowest layer first; the cells' parameters become this module's.</summary>
    /// <exception cref="ArgumentException">A cell is given twice.</exception>
    public Stacked(Cell<T1> first, Cell<T2> second, Cell<T3> third, Cell<T4> fourth)
        : base(default)
    {
        Stacked.CheckDistinct(first, second, third, fourth);
        this.first = Part(first, "layer0");
        this.second = Part(second, "layer1");
        this.third = Part(third, "layer2");
        this.fourth = Part(fourth, "layer3");
    }

    /// <inheritdoc/>
    public override (T1 First, T2 Second, T3 Third, T4 Fourth) Initial(int batch, ElementType type) =>
        (first.First(batch, type), second.First(batch, type), third.First(batch, type), fourth.First(batch, type));

    /// <inheritdoc/>
    public override Cell<(T1 First, T2 Second, T3 Third, T4 Fourth)> WithRows(int[] rows)
    {
        var (one, two, three, four) = (first.WithRows(rows), second.WithRows(rows), third.WithRows(rows), fourth.WithRows(rows));
        return one == first && two == second && three == third && four == fourth
            ? this
            : ViewOf(this, view => (view.first, view.second, view.third, view.fourth) = (one, two, three, four));
    }

    /// <inheritdoc/>
    public override (Tensor Output, (T1 First, T2 Second, T3 Third, T4 Fourth) Next) Step(
        Tensor x, (T1 First, T2 Second, T3 Third, T4 Fourth) state)
    {
        (x, var one) = first.Step(x, state.First);
        (x, var two) = second.Step(x, state.Second);
        (x, var three) = third.Step(x, state.Third);
        (x, var four) = fourth.Step(x, state.Fourth);
        return (x, (one, two, three, four));
    }
}
