using static System.FormattableString;

namespace Autograd;

/// <summary>How an associative scan is bracketed; the results agree to rounding.</summary>
public enum ScanForm
{
    /// <summary>In pairs, then pairs of pairs: 2·log₂ T applications, each to many places at once.</summary>
    Tree,

    /// <summary>From the first place to the last, one after the other: T − 1 applications.</summary>
    Sequential,
}

/// <summary>
/// The scan of an associative function along an axis, y[t] = x[0] ∘ x[1] ∘ … ∘ x[t] (Blelloch 1990): linear recurrences, also of complex
/// numbers or matrices, running sums that are kept in range, and anything else that may be bracketed in any way.
/// </summary>
public static class AssociativeScan
{
    // Rounding of a few operations on each side.
    const double Roundings = 256;

    /// <summary>
    /// Runs a scan. It is a single entry on the tape, with memory linear in the length: only the results are saved, and a sweep recomputes
    /// what lies between, as <see cref="Checkpoint"/> does. Derivatives of every order follow from those of the function.
    /// </summary>
    /// <param name="combine"> x ∘ y, where x comes first. Each place is a group of tensors; the function receives many places at once,
    /// along the axis, and must treat each independently. It must be associative, and give the same results when it is run again.
    /// </param>
    /// <param name="elements">
    /// The tensors that make up a place, at least one, each with all places along the axis, which has the same length in all.
    /// </param>
    /// <param name="axis">The axis of time; 0 by default, −1 is the innermost.</param>
    /// <param name="form">The bracketing.</param>
    /// <param name="verify"> Whether (x ∘ y) ∘ z is first compared with x ∘ (y ∘ z) at all neighbouring places, which takes four more
    /// applications to all places.
    /// </param>
    /// <returns>As many tensors, of the same shapes.</returns>
    /// <exception cref="ShapeException">There is no tensor, the axis does not exist or differs in length, or the function gives other
    /// shapes.</exception>
    /// <exception cref="AssociativityException">The function is not associative.</exception>
    public static Tensor[] Run(
        Func<Tensor[], Tensor[], Tensor[]> combine, Tensor[] elements, int axis = 0, ScanForm form = ScanForm.Tree, bool verify = false)
    {
        ArgumentNullException.ThrowIfNull(combine);
        Require.NoNull(nameof(AssociativeScan), nameof(elements), elements);
        Require.Defined(nameof(AssociativeScan), nameof(form), form);
        var scan = new Combination(combine, Places(elements, axis));
        if (verify) Verify(scan, elements);
        return Checkpoint.Run(() => form == ScanForm.Tree ? scan.Tree(elements) : scan.InOrder(elements));
    }

    static int[] Places(Tensor[] elements, int axis)
    {
        if (elements.Length == 0) throw new ShapeException("AssociativeScan: no tensors were given.");
        int[] axes = Array.ConvertAll(elements, element => ShapeRules.Axis(nameof(AssociativeScan), element.Shape, axis));
        int length = elements[0].Shape.Lengths[axes[0]];
        for (int i = 1; i < axes.Length; i++)
            if (elements[i].Shape.Lengths[axes[i]] != length)
                throw new ShapeException(
                    $"AssociativeScan: tensor 0 is {elements[0].Shape}, tensor {i} is {elements[i].Shape}; axis {axis} must be equally "
                    + "long.");
        return axes;
    }

    static void Verify(Combination scan, Tensor[] elements)
    {
        int windows = scan.Length(elements) - 2;
        if (windows < 1) return;
        using var pause = Tape.Current is { } tape ? tape.Pause() : default;
        Tensor[] x = scan.Part(elements, 0, windows), y = scan.Part(elements, 1, windows), z = scan.Part(elements, 2, windows);
        Tensor[] xy = scan.Of(x, y), yz = scan.Of(y, z);
        Tensor[] left = scan.Of(xy, z), right = scan.Of(x, yz);
        double scale = left.Concat(right).Concat(xy).Concat(yz).Concat(elements).SelectMany(tensor => tensor.ToDoubles())
            .Where(double.IsFinite).Select(Math.Abs).Append(0).Max();
        for (int i = 0; i < left.Length; i++) Compare(left[i], right[i], i, Roundings * left[i].ElementType.Epsilon() * scale);
    }

    static void Compare(Tensor left, Tensor right, int number, double allowed)
    {
        double[] a = left.ToDoubles(), b = right.ToDoubles();
        for (int i = 0; i < a.Length; i++)
            if (!a[i].Equals(b[i]) && !(Math.Abs(a[i] - b[i]) <= allowed))
                throw new AssociativityException(
                    Invariant($"AssociativeScan: the function is not associative: element {i} of tensor {number}, {left.Shape}, is ")
                        + Invariant($"{a[i]:R} from ")
                    + Invariant($"(x ∘ y) ∘ z and {b[i]:R} from x ∘ (y ∘ z)."));
    }

    /// <summary>A function of places, and the axis of each of their tensors.</summary>
    sealed class Combination(Func<Tensor[], Tensor[], Tensor[]> combine, int[] axes)
    {
        public int Length(Tensor[] places) => places[0].Shape.Lengths[axes[0]];

        public Tensor[] Of(Tensor[] first, Tensor[] second)
        {
            var results = combine(first, second);
            if (results is null || results.Length != axes.Length)
                throw new ShapeException($"AssociativeScan: the function gave {results?.Length ?? 0} tensors; {axes.Length} are needed.");
            Require.NoNull(nameof(AssociativeScan), nameof(results), results);
            for (int i = 0; i < axes.Length; i++)
                if (results[i].Shape != first[i].Shape)
                    throw new ShapeException(
                        $"AssociativeScan: the function gave {results[i].Shape} for tensor {i}; {first[i].Shape} is needed, as it was "
                        + "given.");
            return results;
        }

        // Pairs are scanned, which gives every second result; the others are those with one place more.
        public Tensor[] Tree(Tensor[] places)
        {
            int length = Length(places);
            if (length < 2) return places;
            var odd = Tree(Of(Part(places, 0, length / 2, 2), Part(places, 1, length / 2, 2)));
            int later = (length - 1) / 2;
            var even = Part(places, 0, 1);
            if (later > 0) even = Join([even, Of(Part(odd, 0, later), Part(places, 2, later, 2))]);
            return Interleave(even, odd);
        }

        public Tensor[] InOrder(Tensor[] places)
        {
            int length = Length(places);
            if (length < 2) return places;
            var results = new Tensor[length][];
            results[0] = Part(places, 0, 1);
            for (int t = 1; t < length; t++) results[t] = Of(results[t - 1], Part(places, t, 1));
            return Join(results);
        }

        public Tensor[] Part(Tensor[] places, int start, int length, int step = 1) =>
            [.. places.Select((place, i) => Functions.Slice(place, axes[i], start, length, step))];

        Tensor[] Join(Tensor[][] parts) =>
            [.. axes.Select((axis, i) => Functions.Concatenate(axis, Array.ConvertAll(parts, part => part[i])))];

        Tensor[] Interleave(Tensor[] even, Tensor[] odd)
        {
            int pairs = Length(odd);
            var both = new Tensor[axes.Length];
            for (int i = 0; i < axes.Length; i++)
            {
                var first = pairs == Length(even) ? even[i] : Functions.Slice(even[i], axes[i], 0, pairs);
                var stacked = Functions.Stack([first, odd[i]], axes[i] + 1);
                both[i] = Functions.Reshape(stacked, odd[i].Shape.With(axes[i], 2 * pairs).Lengths);
            }
            return pairs == Length(even) ? both : Join([both, Part(even, pairs, 1)]);
        }
    }
}

/// <summary>The function of an associative scan is not associative.</summary>
public sealed class AssociativityException : ArgumentException
{
    /// <summary>Creates the exception with a message.</summary>
    public AssociativityException(string message)
        : base(message)
    {
    }
}
