using System.Numerics;
using System.Numerics.Tensors;
using CommunityToolkit.HighPerformance;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// (x − mean)/√(variance + ε) along an axis, with the population variance: layer normalisation without gain and bias (Ba, Kiros and
        /// Hinton 2016, equation 4). Jacobian: (1 − 1/n − yyᵀ/n)/√(variance + ε). A row of equal elements gives 0, but for what rounding
        /// of its mean leaves, over √ε.
        /// </summary>
        /// <param name="x">Argument.</param>
        /// <param name="epsilon">
        /// ε, at least 0; 10⁻⁵ by default. With 0 a row of equal elements has no standard form: NaN, or ±1 if its mean is rounded.
        /// </param>
        /// <param name="axis">Axis along which the result has mean 0; the innermost by default.</param>
        /// <exception cref="ArgumentOutOfRangeException">ε is negative or not finite.</exception>
        /// <exception cref="ShapeException">The axis has no elements, or there is no such axis.</exception>
        public static Tensor Standardise(Tensor x, double epsilon = 1e-5, int axis = -1)
        {
            if (!(epsilon >= 0 && double.IsFinite(epsilon)))
                throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Standardise: ε must be finite and at least 0.");
            return RowOperation<StandardRow>.Apply(new(epsilon), x, axis);
        }
    }
}

namespace Autograd.Operations
{
    readonly struct StandardRow(double epsilon) : IRowTransform
    {
        public string Name => nameof(Functions.Standardise);

        public bool AllowsEmpty => false;

        public double[] Numbers => [epsilon];

        public Tensor Decompose(Tensor x, int axis)
        {
            var (centred, variance) = Moments(x, axis);
            return centred / Functions.Sqrt(variance + epsilon);
        }

        public Tensor WithNumbers(Tensor x, ReadOnlySpan<Tensor?> numbers, int axis)
        {
            var (centred, variance) = Moments(x, axis);
            return centred / Functions.Sqrt(variance + numbers[0]!);
        }

        public Tensor Pull(Tensor x, Tensor y, Tensor cotangent, int axis)
        {
            var across = cotangent - Mean(cotangent, axis) - y * Mean(cotangent * y, axis);
            return across / Functions.Sqrt(Moments(x, axis).Variance + epsilon);
        }

        // The Jacobian is symmetric.
        public Tensor Push(Tensor x, Tensor y, Tensor tangent, int axis) => Pull(x, y, tangent, axis);

        public void Row<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Divide(y, Centre(x, y), y);

        public bool Columns<T>(Span<T> columns, Span2D<T> results)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var scratch = SpanOwner<T>.Allocate(results.Width);
            var sums = scratch.Span;
            LongSum.OfColumns(columns, sums);
            foreach (ref T sum in sums) sum = Mean(sum, results.Height);
            ColumnLoop.Subtract(columns, sums);
            LongSum.OfColumns(columns, sums, areSquared: true);
            foreach (ref T sum in sums) sum = Deviation(sum, results.Height);
            ColumnLoop.Divide(columns, sums, results);
            return true;
        }

        public void PullRow<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> cotangent, Span<T> product)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T deviation = Centre(x, product);
            T mean = Mean(LongSum.Of(cotangent), x.Length), along = Mean(LongSum.OfProducts(cotangent, y), x.Length);
            TensorPrimitives.Subtract(cotangent, mean, product);
            Rounding.MultiplyAdd(y, -along, product, product);
            TensorPrimitives.Divide(product, deviation, product);
        }

        // The row less its mean, and its deviation.
        T Centre<T>(ReadOnlySpan<T> x, Span<T> centred)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            TensorPrimitives.Subtract(x, Mean(LongSum.Of(x), x.Length), centred);
            return Deviation(LongSum.OfSquares<T>(centred), x.Length);
        }

        T Deviation<T>(T squares, int count)
            where T : unmanaged, IFloatingPointIeee754<T>
            => T.Sqrt(Mean(squares, count) + T.CreateChecked(epsilon));

        static T Mean<T>(T sum, int count)
            where T : unmanaged, IFloatingPointIeee754<T>
            => sum / T.CreateChecked(count);

        static (Tensor Centred, Tensor Variance) Moments(Tensor x, int axis)
        {
            var centred = x - Mean(x, axis);
            return (centred, Mean(Functions.Square(centred), axis));
        }

        // By a factor that the operation has, so that passes see where two are the same.
        static Tensor Mean(Tensor x, int axis) => Functions.SumKeepingAxes(x, axis) * (1.0 / x.Shape[^-axis]);
    }
}
