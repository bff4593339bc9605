using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>
/// Tests without a step to choose: identities between derivatives of different modes, and the rate at which Taylor remainders vanish. A test whose mode
/// an operation does not have is left out.
/// </summary>
internal static class StepFreeTests
{
    static readonly double Epsilon = ElementType.Float64.Epsilon();

    /// <param name="subject">The function.</param>
    /// <param name="options">How it is checked.</param>
    /// <param name="hasKink">Whether there is a kink at the point, where a remainder says nothing.</param>
    public static List<StepFreeTest> Run(CheckedFunction subject, GradientCheckOptions options, bool hasKink)
    {
        var tests = new List<StepFreeTest>();
        if (Enumerable.Range(0, subject.Count).All(i => subject.ShapeOf(i).ElementCount == 0)) return tests;
        Add(tests, () => Adjoint(subject));
        Add(tests, () => TaylorTest.Run(subject, order: 1, options.RelativeTolerance, hasKink));
        if (options.Order >= 2)
        {
            Add(tests, () => TaylorTest.Run(subject, order: 2, options.RelativeTolerance, hasKink));
            Add(tests, () => HessianSymmetry(subject));
        }
        Add(tests, () => FloatAgainstDouble(subject));
        return tests;
    }

    static void Add(List<StepFreeTest> tests, Func<StepFreeTest> test)
    {
        try
        {
            tests.Add(test());
        }
        catch (MissingRuleException)
        {
            // There is no such mode to test.
        }
    }

    /// <summary>⟨u, J·v⟩ by forward mode equals ⟨Jᵀ·u, v⟩ by reverse mode.</summary>
    static StepFreeTest Adjoint(CheckedFunction subject) => subject.Evaluate(subject.Values, (tape, at, result) =>
    {
        var u = subject.Weights("result", result.Shape);
        var v = Tangents(subject, "adjoint");
        var forward = (tape.Tangents([result], at, v)[0] * u).ToDoubles();
        var reverse = Products(tape.Gradients([result], [u], at), v);
        return Compare("adjoint identity, forward against reverse", forward, reverse, floor: Size((result * u).ToDoubles()));
    });

    /// <summary>⟨u, H·w⟩ = ⟨w, H·u⟩, forward over reverse.</summary>
    static StepFreeTest HessianSymmetry(CheckedFunction subject) => subject.Evaluate(subject.Values, (tape, at, result) =>
    {
        var gradients = CheckedFunction.Derive(tape, Functions.Sum(subject.Terms(tape, at, result, 1)), at, record: true);
        var (u, w) = (Tangents(subject, "first"), Tangents(subject, "second"));
        return Compare(
            "symmetry of the Hessian", Products(Curved(tape, gradients, at, w), u), Products(Curved(tape, gradients, at, u), w),
            floor: Size(Products(gradients, u)));
    });

    static StepFreeTest FloatAgainstDouble(CheckedFunction subject)
    {
        const double Allowed = 0.05;
        var exact = subject.Gradients(1).Gradients;
        double worst = 0;
        string where = "";
        try
        {
            var single = subject.Evaluate([.. subject.Values.Select(value => value.As(ElementType.Float32))], (tape, at, result) =>
                Array.ConvertAll(
                    tape.Gradients([result], [subject.Weights("result", result.Shape).As(ElementType.Float32)], at), gradient => gradient.ToDoubles()));
            for (int i = 0; i < exact.Length; i++)
            {
                double scale = exact[i].Select(Math.Abs).DefaultIfEmpty(0).Max();
                for (int position = 0; position < exact[i].Length && scale > 0; position++)
                {
                    double error = Math.Abs(single[i][position] - exact[i][position]) / scale;
                    if (error > worst || double.IsNaN(error)) (worst, where) = (error, subject.NameOf(i));
                }
            }
        }
        catch (ElementTypeException)
        {
            return new StepFreeTest("float against double", Verdict.Pass, "the function only runs in double");
        }
        return new StepFreeTest(
            "float against double", worst <= Allowed ? Verdict.Pass : Verdict.Fail,
            Invariant($"the gradients differ by at most {worst:G2} of their largest element{(where == "" ? "" : " in " + where)}"));
    }

    static Tensor[] Curved(Tape tape, Tensor[] gradients, Tensor[] at, Tensor[] direction) =>
        new Recording(tape, 0, at, gradients[0], IsNested: false).Tangents(gradients, direction, record: false);

    static Tensor[] Tangents(CheckedFunction subject, string purpose) =>
        [.. Enumerable.Range(0, subject.Count).Select(i => subject.Weights(Invariant($"{purpose}, input {i}"), subject.ShapeOf(i)))];

    static double[] Products(Tensor[] left, Tensor[] right) => [.. left.Zip(right, (a, b) => (a * b).ToDoubles()).SelectMany(products => products)];

    static double Size(double[] terms) => terms.Sum(Math.Abs);

    // Both sides are sums of the same size of numbers; rounding is some ε of what they add up. The floor is the size of what was differentiated: terms that
    // cancel inside it leave rounding of that size.
    static StepFreeTest Compare(string name, double[] left, double[] right, double floor)
    {
        double a = left.Sum(), b = right.Sum(), size = Size(left) + Size(right) + floor;
        double error = size == 0 ? 0 : Math.Abs(a - b) / size, allowed = 64 * Epsilon * Math.Sqrt(left.Length + right.Length + 16);
        return new StepFreeTest(name, error <= allowed ? Verdict.Pass : Verdict.Fail, Invariant($"{a:G12} and {b:G12}, relative difference {error:G2} (allowed {allowed:G2})"));
    }
}
