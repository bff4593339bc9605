namespace Autograd.Layers;

/// <summary>
/// How the initial values of weights are drawn. Matrices are <c>[inputs, outputs]</c>; for convolution kernels
/// <c>[width, inputs, outputs]</c>, the width counts as part of the inputs. The same key gives the same numbers.
/// </summary>
public abstract class Initializer
{
    /// <summary>Draws values.</summary>
    public abstract Tensor Create(Shape shape, RandomKey key, ElementType type = ElementType.Float32);

    /// <summary>Draws new values for an existing parameter.</summary>
    public void Fill(Parameter parameter, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        parameter.Assign(Create(parameter.Shape, key.For(parameter.Name), parameter.ElementType));
    }

    /// <summary>
    /// Uniform in ±√(6/(inputs + outputs)) (Glorot and Bengio 2010, equation 16): preserves the variance through tanh layers.
    /// </summary>
    public static Initializer Glorot { get; } = new UniformInitializer("Glorot", (inputs, outputs) => Math.Sqrt(6.0 / (inputs + outputs)));

    /// <summary>Uniform in ±√(6/inputs) (He, Zhang, Ren, Sun 2015): preserves the variance through rectifier layers.</summary>
    public static Initializer He { get; } = new UniformInitializer("He", (inputs, _) => Math.Sqrt(6.0 / inputs));

    /// <summary>
    /// Rows or columns orthonormal, whichever are fewer, times a gain (Saxe, McClelland, Ganguli 2014): preserves norms through time.
    /// </summary>
    /// <param name="gain">Factor; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not finite.</exception>
    public static Initializer Orthogonal(double gain = 1)
    {
        Require.Finite(nameof(Orthogonal), nameof(gain), gain);
        return new OrthogonalInitializer(gain);
    }

    /// <summary>Uniform in ±1/√hidden: the default of most frameworks for recurrent layers.</summary>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    public static Initializer UniformOverRoot(int hidden)
    {
        Require.AtLeast(nameof(UniformOverRoot), nameof(hidden), hidden, 1);
        return new UniformInitializer(nameof(UniformOverRoot), (_, _) => 1 / Math.Sqrt(hidden));
    }

    /// <summary>Normal with mean 0.</summary>
    /// <param name="standardDeviation">Standard deviation; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is not finite.</exception>
    public static Initializer Normal(double standardDeviation = 1)
    {
        Require.Finite(nameof(Normal), nameof(standardDeviation), standardDeviation);
        return new NormalInitializer(standardDeviation);
    }

    /// <summary>All values the same: 0 for most biases, 1 for a forget gate's (Gers, Schmidhuber, Cummins 2000).</summary>
    public static Initializer Constant(double value) => new ConstantInitializer(value);

    sealed class UniformInitializer(string name, Func<int, int, double> limit) : Initializer
    {
        public override Tensor Create(Shape shape, RandomKey key, ElementType type)
        {
            var (inputs, outputs) = Fans(name, shape);
            double bound = limit(Math.Max(inputs, 1), Math.Max(outputs, 1));
            return key.Uniform(shape, -bound, bound, type);
        }

        static (int Inputs, int Outputs) Fans(string name, Shape shape)
        {
            ArgumentNullException.ThrowIfNull(shape);
            if (shape.Rank == 0) throw new ShapeException($"{name}: a scalar has neither inputs nor outputs.");
            int outputs = shape[^1];
            return shape.Rank == 1 ? (outputs, outputs) : (shape.Product(0, shape.Rank - 1), outputs);
        }
    }

    sealed class NormalInitializer(double standardDeviation) : Initializer
    {
        public override Tensor Create(Shape shape, RandomKey key, ElementType type) => key.Normal(shape, standardDeviation, type);
    }

    sealed class ConstantInitializer(double value) : Initializer
    {
        public override Tensor Create(Shape shape, RandomKey key, ElementType type) => Tensor.Full(shape, value, type);
    }
}
