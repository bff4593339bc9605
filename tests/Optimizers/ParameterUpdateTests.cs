using System.Numerics;
using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>Optimizers written outside of the library.</summary>
public class ParameterUpdateTests
{
    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void ARuleOfOnesOwnRuns(ElementType type)
    {
        var parameter = new Parameter("p", Tensor.Zeros([19], type));
        var optimizer = new SignDescent([parameter], 0.25, "last");
        optimizer.Step([Tensor.Full([19], -3, type)]);
        optimizer.Step([Tensor.Full([19], 2, type)]);
        optimizer.Step([Tensor.Full([19], -5, type)]);
        Assert.All(parameter.ToDoubles(), x => Assert.Equal(0.25, x));
        Assert.All(optimizer.State[0]["last"].ToDoubles(), x => Assert.Equal(-5, x));
        Assert.Equal([(1, 0.25), (2, 0.25), (3, 0.25)], optimizer.Prepared);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void SlotsThatDoNotFitTheRuleAreAnError(int slots)
    {
        string[] names = ["a", "b"];
        var optimizer = new SignDescent(Valley.Start(), 1, names[..slots]);
        var error = Assert.Throws<InvalidOperationException>(() => optimizer.Step(Valley.Gradients(optimizer.Parameters)));
        Assert.Equal($"Run: rule Rule`1 has 1 state slots, its optimizer has {slots}; they must be equal, and at most 3.", error.Message);
    }

    sealed class SignDescent(IReadOnlyList<Parameter> parameters, double rate, params string[] slots)
        : Optimizer(parameters, new Constant(rate), slots)
    {
        internal List<(long, double)> Prepared { get; } = [];

        protected override void Prepare(long step, double learningRate) => Prepared.Add((step, learningRate));

        protected override void Update<T>(ParameterUpdate<T> update)
        {
            Assert.Contains(update.Parameter, Parameters);
            update.Run(new Rule<T>(update.LearningRate));
        }

        readonly struct Rule<T>(double rate) : IUpdateRule<T>
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            readonly Vector<T> rate = new(T.CreateTruncating(rate));

            public static int Slots => 1;

            public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> last, ref Vector<T> second, ref Vector<T> third)
            {
                last = gradient;
                return value - Vector.CopySign(rate, gradient);
            }
        }
    }
}
