using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>A wrong mechanism in the place of a right one: the test that a verdict is measured and not taken for granted.</summary>
public abstract class Fault
{
    /// <summary>What is wrong.</summary>
    public abstract string What { get; }

    /// <summary>What takes a cell's place.</summary>
    public virtual Cell<TState> Cell<TState>(Cell<TState> cell) => cell;

    /// <summary>What takes another mechanism's place.</summary>
    public virtual T Part<T>(string name, T part)
        where T : class => part;

    /// <summary>Every cell forgets its state before each step.</summary>
    public static Fault Amnesia { get; } = new Forgetting();

    /// <summary>One part that is not a cell is another.</summary>
    /// <param name="name">The name that the row gives it.</param>
    /// <param name="what">What is wrong with the other one.</param>
    /// <param name="broken">The other one, made from the right one.</param>
    public static Fault Of<T>(string name, string what, Func<T, T> broken)
        where T : class => new Replacing<T>(name, what, broken);

    sealed class Forgetting : Fault
    {
        public override string What => "every cell forgets its state before each step";

        public override Cell<TState> Cell<TState>(Cell<TState> cell) => new ForgetfulCell<TState>(cell);
    }

    sealed class Replacing<TPart>(string name, string what, Func<TPart, TPart> broken) : Fault
        where TPart : class
    {
        public override string What => $"{name}: {what}";

        public override T Part<T>(string asked, T part) => asked == name ? (T)(object)broken((TPart)(object)part) : part;
    }
}

/// <summary>A cell that begins each step with the state of the first: right in all but its memory.</summary>
/// <param name="cell">The right one.</param>
sealed class ForgetfulCell<TState>(Cell<TState> cell) : CellWrapper<TState>(cell)
{
    public override (Tensor Output, TState Next) Step(Tensor x, TState state) => Cell.Step(x, Cell.Initial(x.Shape[0], x.ElementType));
}
