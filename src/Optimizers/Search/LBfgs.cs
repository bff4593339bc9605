using System.Numerics.Tensors;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Minimises a smooth function without noise, such as a loss over all data, by limited-memory quasi-Newton steps (Nocedal, Wright 2006,
/// algorithms 7.4 and 7.5). With the gradient g, and H built from the last steps s and changes of the gradient y:
/// <code>
/// H₀ = sᵀy / yᵀy · I,  H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ with ρ = 1 / yᵀs, oldest pair first
/// x ← x − α H g
/// </code>
/// where α satisfies the strong Wolfe conditions (equation 3.7, algorithms 3.5 and 3.6 with cubic interpolation):
/// <code>
/// f(α) ≤ f(0) + Decrease · α f′(0)   and   |f′(α)| ≤ Curvature · |f′(0)|
/// </code>
/// Numbers are kept in double, whatever the parameters' type. Nothing is remembered between calls.
/// <code>
/// var result = new LBfgs(model.Parameters).Minimize(() => Loss(model, data));
/// </code>
/// </summary>
public sealed class LBfgs
{
    const string Name = nameof(LBfgs);

    readonly Parameter[] parameters;

    /// <summary>Prepares to change parameters.</summary>
    /// <param name="parameters">What is learned. May mix element types. The list is copied.</param>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public LBfgs(IReadOnlyList<Parameter> parameters) => this.parameters = Optimizer.Checked(Name, parameters);

    /// <summary>How many pairs of s and y are kept; at least 1; 10 by default.</summary>
    public int Memory { get; init => field = Require.AtLeast(Name, nameof(Memory), value, 1); } = 10;

    /// <summary>The largest element of a gradient that counts as 0; not negative; 1e-8 by default.</summary>
    public double Tolerance { get; init => field = Require.NotNegative(Name, nameof(Tolerance), value); } = 1e-8;

    /// <summary>
    /// The fraction of the predicted decrease that a step must achieve; above 0 and below <see cref="Curvature"/>; 1e-4 by default.
    /// </summary>
    public double Decrease { get; init => field = Require.Share(Name, nameof(Decrease), value); } = 1e-4;

    /// <summary>The fraction of the slope that may remain after a step; at least 0 and below 1; 0.9 by default.</summary>
    public double Curvature { get; init => field = Require.Fraction(Name, nameof(Curvature), value); } = 0.9;

    /// <summary>
    /// Minimises the loss from the present values of the parameters. Afterwards, even if it is cancelled or the loss throws, they hold the
    /// best point so far.
    /// </summary>
    /// <param name="loss">Computes a tensor with one element from the parameters, the same at every call. NaN and +∞ are avoided.</param>
    /// <param name="iterations">Largest number of steps; not negative; 100 by default.</param>
    /// <param name="cancellation">Stops before the next evaluation; the result says so, and nothing is thrown.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of iterations is negative.</exception>
    /// <exception cref="InvalidOperationException">
    /// The loss or its gradient is not finite at the start, or <see cref="Decrease"/> is not below <see cref="Curvature"/>.
    /// </exception>
    public LBfgsResult Minimize(Func<Tensor> loss, int iterations = 100, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Require.AtLeast(Name, nameof(iterations), iterations, 0);
        if (Decrease >= Curvature)
            throw new InvalidOperationException(
                Invariant($"{Name}: Decrease must be below {nameof(Curvature)}; they are {Decrease} and {Curvature}."));
        var descent = new Descent(parameters, loss, Memory, new LineSearch(Decrease, Curvature), cancellation);
        try
        {
            return descent.Run(iterations, Tolerance);
        }
        finally
        {
            descent.PutBest();
        }
    }

    /// <summary>One run.</summary>
    sealed class Descent(Parameter[] parameters, Func<Tensor> loss, int memory, LineSearch search, CancellationToken cancellation)
    {
        readonly CurvaturePairs pairs = new(memory);
        Trial current = new(0, double.NaN, double.NaN, SearchSpace.Read(parameters), []);
        int evaluations;

        public LBfgsResult Run(int iterations, double tolerance)
        {
            current = Evaluate(current.Point, [], 0);
            if (!current.IsFinite)
                throw new InvalidOperationException(
                    Invariant($"{Name}: the loss and its gradient must be finite at the start; the loss is {current.Value}."));
            for (int done = 0; ; done++)
            {
                if (Largest <= tolerance) return Result(done, LBfgsEnd.Converged);
                if (done == iterations) return Result(done, LBfgsEnd.IterationsDone);
                if (cancellation.IsCancellationRequested) return Result(done, LBfgsEnd.Cancelled);
                try
                {
                    if (!Step()) return Result(done, LBfgsEnd.NoProgress);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    return Result(done, LBfgsEnd.Cancelled);
                }
            }
        }

        public void PutBest() => SearchSpace.Write(parameters, current.Point);

        double Largest => current.Gradient.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(current.Gradient));

        // Rounding may spoil the pairs; then the gradient itself is tried before giving up.
        bool Step()
        {
            if (StepAlong(pairs.Direction(current.Gradient))) return true;
            if (pairs.Count == 0) return false;
            pairs.Clear();
            return StepAlong(pairs.Direction(current.Gradient));
        }

        bool StepAlong(double[] direction)
        {
            double slope = TensorPrimitives.Dot<double>(current.Gradient, direction);
            if (!(slope < 0)) return false;

            // The first direction has the size of the gradient, which says nothing about the distance.
            double first = pairs.Count > 0 ? 1 : Math.Min(1, 1 / TensorPrimitives.SumOfMagnitudes<double>(current.Gradient));
            var start = current with { Step = 0, Slope = slope };
            if (search.Find(start, first, step => Evaluate(start.Point, direction, step)) is not { } found) return false;
            pairs.Add(start, found);
            current = found;
            return true;
        }

        Trial Evaluate(double[] from, double[] direction, double step)
        {
            // Within a line search; the first evaluation is made in any case.
            if (direction.Length > 0) cancellation.ThrowIfCancellationRequested();
            double[] point = (double[])from.Clone();
            if (direction.Length > 0) TensorPrimitives.MultiplyAdd<double>(direction, step, from, point);
            SearchSpace.Write(parameters, point);
            evaluations++;
            var (value, gradients) = Differentiate.ValueAndGradient(loss, parameters);
            double[] gradient = [.. gradients.SelectMany(part => part.ToDoubles())];
            double slope = direction.Length > 0 ? TensorPrimitives.Dot<double>(gradient, direction) : 0;
            return new Trial(step, value.ToScalar(), slope, point, gradient);
        }

        LBfgsResult Result(int done, LBfgsEnd end) => new(current.Value, Largest, done, evaluations, end);
    }
}
