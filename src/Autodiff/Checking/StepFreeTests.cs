using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>
/// Tests that need no step size: identities between derivatives of different modes, and the rate at which Taylor remainders vanish. A test
/// whose mode an operation does not have is skipped, and says so.
/// </summary>
static class StepFreeTests
{
    const string Adjointness = "adjoint identity, forward against reverse", Symmetry = "symmetry of the Hessian";

    static readonly double Epsilon = ElementType.Float64.Epsilon();

    /// <param name="subject">The function.</param>
    /// <param name="options">How it is checked.</param>
    /// <param name="hasKink">Whether there is a kink at the point, where a remainder is not informative.</param>
    public static List<StepFreeTest> Run(CheckedFunction subject, GradientCheckOptions options, bool hasKink)
    {
        var tests = new List<StepFreeTest>();
        if (Enumerable.Range(0, subject.Count).All(i => subject.ShapeOf(i).ElementCount == 0)) return tests;
        Add(tests, Adjointness, () => Compare(Adjointness, subject, Adjoint, hasKink));
        tests.Add(TaylorTest.Run(subject, order: 1, options.RelativeTolerance, hasKink));
        if (options.Order >= 2)
        {
            tests.Add(TaylorTest.Run(subject, order: 2, options.RelativeTolerance, hasKink));
            Add(tests, Symmetry, () => Compare(Symmetry, subject, HessianSymmetry, hasKink));
        }
        tests.Add(FloatTest.Run(subject, hasKink));
        return tests;
    }

    static void Add(List<StepFreeTest> tests, string name, Func<StepFreeTest> test)
    {
        try
        {
            tests.Add(test());
        }
        catch (MissingRuleException error)
        {
            tests.Add(new StepFreeTest(name, Verdict.Skipped, error.Message));
        }
    }

    /// <summary>⟨u, J·v⟩ by forward mode equals ⟨Jᵀ·u, v⟩ by reverse mode.</summary>
    static Sides Adjoint(CheckedFunction subject) => subject.Evaluate(subject.Values, (tape, at, result) =>
    {
        var u = subject.Weights("result", result.Shape);
        var v = Tangents(subject, "adjoint");
        var forward = (tape.Tangents([result], at, v)[0] * u).ToDoubles();
        var reverse = Products(tape.Gradients([result], [u], at), v);
        return new Sides(forward, reverse, Floor: Size((result * u).ToDoubles()));
    });

    /// <summary>⟨u, H·w⟩ = ⟨w, H·u⟩, forward over reverse.</summary>
    static Sides HessianSymmetry(CheckedFunction subject) => subject.Evaluate(subject.Values, (tape, at, result) =>
    {
        var gradients = CheckedFunction.Derive(tape, Functions.Sum(subject.Terms(tape, at, result, 1)), at, record: true);
        var (u, w) = (Tangents(subject, "first"), Tangents(subject, "second"));
        return new Sides(
            Products(Curved(tape, gradients, at, w), u), Products(Curved(tape, gradients, at, u), w), Floor: Size(Products(gradients, u)));
    });

    static StepFreeTest Compare(string name, CheckedFunction subject, Func<CheckedFunction, Sides> sides, bool hasKink)
    {
        var at = sides(subject);
        if (hasKink && !double.IsFinite(at.Left + at.Right))
            return new StepFreeTest(name, Verdict.Skipped, "the function is not smooth at the point");
        var (test, isKink) = Judge(name, subject, sides, at);
        if (!isKink) return test;
        // Whether the two ways differ there is a question of what each takes for the slope at a kink; beside it there is none.
        StepFreeTest[] beside =
            [.. new[] { 1, -1 }.Select(side => subject.Beside(side, () => Judge(name, subject, sides, sides(subject)).Test))];
        return Array.Find(beside, one => one.Verdict == Verdict.Fail) ?? test;
    }

    static (StepFreeTest Test, bool IsKink) Judge(string name, CheckedFunction subject, Func<CheckedFunction, Sides> sides, Sides at)
    {
        double error = Math.Abs(at.Left - at.Right), allowed = at.Allowed;
        bool isKink = false;
        if (error > allowed)
        {
            double wobble = Wobble(subject, sides, at);
            // What cancels inside the function leaves rounding of the size of its terms.
            allowed += wobble + 16 * Epsilon * subject.LargestInside(1);
            isKink = wobble > 1e-6 * at.Size;
        }
        double size = at.Size == 0 ? 1 : at.Size;
        return (new StepFreeTest(
            name, error <= allowed ? Verdict.Pass : Verdict.Fail,
            Invariant($"{at.Left:G12} and {at.Right:G12}, relative difference {error / size:G2} (allowed {allowed / size:G2})")), isKink);
    }

    // Rounding inside is not seen in what comes out, but in what the numbers do where the point moves by a few units.
    static double Wobble(CheckedFunction subject, Func<CheckedFunction, Sides> sides, Sides before)
    {
        const int Neighbours = 6;
        double left = 0, right = 0;
        for (int number = 0; number < Neighbours; number++)
        {
            var weights = Tangents(subject, Invariant($"neighbour {number}"));
            var there = subject.WhileMoved(
                0, subject.Count, (i, position) => Math.ScaleB(subject.Nearness(i, position), -44) * weights[i]
                .ReadSpan<double>()[position], () => sides(subject));
            (left, right) = (Math.Max(left, Math.Abs(there.Left - before.Left)), Math.Max(right, Math.Abs(there.Right - before.Right)));
        }
        return double.IsFinite(left + right) ? 4 * (left + right) : 0;
    }

    static Tensor[] Curved(Tape tape, Tensor[] gradients, Tensor[] at, Tensor[] direction) =>
        new Recording(tape, 0, at, gradients[0], IsNested: false).Tangents(gradients, direction, record: false);

    static Tensor[] Tangents(CheckedFunction subject, string purpose) =>
        [.. Enumerable.Range(0, subject.Count).Select(i => subject.Weights(Invariant($"{purpose}, input {i}"), subject.ShapeOf(i)))];

    static double[] Products(Tensor[] left, Tensor[] right) =>
        [.. left.Zip(right, (a, b) => (a * b).ToDoubles()).SelectMany(products => products)];

    static double Size(double[] terms) => terms.Sum(Math.Abs);

    /// <summary>
    /// Two ways to the same number, as the terms of sums. Both round by some ε of what they add up, and of what was differentiated.
    /// </summary>
    sealed record Sides(double[] LeftTerms, double[] RightTerms, double Floor)
    {
        public double Left { get; } = LeftTerms.Sum();

        public double Right { get; } = RightTerms.Sum();

        public double Size { get; } = StepFreeTests.Size(LeftTerms) + StepFreeTests.Size(RightTerms) + Floor;

        public double Allowed => 64 * Epsilon * Math.Sqrt(LeftTerms.Length + RightTerms.Length + 16) * Size;
    }
}
