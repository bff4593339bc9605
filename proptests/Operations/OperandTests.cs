namespace Autograd.PropertyTests;

/// <summary>Operands that are the same tensor, or views of one, give the gradients that independent copies give.</summary>
public class OperandTests
{
    public static TheoryData<string> Cases => OperationCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void ARepeatedOperandGetsTheSumOfItsGradients(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
    {
        int shared = Array.FindLastIndex(trial.Inputs, input => input.Shape == trial.Inputs[0].Shape);
        bool[] same = [.. trial.Inputs.Select(input => input.Shape == trial.Inputs[0].Shape)];
        Tensor[] copies = [.. trial.Inputs.Select((input, i) => same[i] ? trial.Inputs[shared].Detach() : input)];
        Tensor[] Once(IReadOnlyList<Tensor> x) => [.. same.Select((isSame, i) => isSame ? x[shared] : x[i])];

        var apart = Derivatives.Gradients(trial.Function, copies, Directions.Of);
        var together = Derivatives.Gradients(x => trial.Function(Once(x)), copies, Directions.Of);
        var sum = new double[apart[shared].Length];
        for (int i = 0; i < apart.Length; i++)
            for (int position = 0; same[i] && position < sum.Length; position++)
                sum[position] += apart[i][position];
        Near.Equal(sum, together[shared], Near.Rounding(Derivatives.Scale(trial with { Inputs = copies })),
            "gradient of the repeated operand");
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void AResultUsedTwiceGivesBothGradients(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
    {
        int count = trial.Inputs.Length;
        Tensor[] both = [.. trial.Inputs, .. trial.Inputs.Select(input => input.Detach())];
        var apart = Derivatives.Gradients(
            x => trial.Function([.. x.Take(count)]) * trial.Function([.. x.Skip(count)]), both, Directions.Of);
        var together = Derivatives.Gradients(x => trial.Function(x) is var y ? y * y : y, trial.Inputs, Directions.Of);
        double tolerance = Near.Rounding(Math.Pow(Derivatives.Scale(trial), 2));
        for (int i = 0; i < count; i++)
            Near.Equal([.. apart[i].Zip(apart[count + i], (a, b) => a + b)], together[i], tolerance, $"gradient {i} of the square");
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void ViewsGiveTheGradientsOfCopies(string name) => Law.Holds(
        20,
        draw => (Trial: OperationCases.Named(name).Draw(draw), View: draw.OneOf(View.All)),
        pair =>
        {
            var (trial, view) = pair;
            Tensor[] bases = [.. trial.Inputs.Select(view.Embed)];
            Tensor[] Views(IReadOnlyList<Tensor> x) => [.. x.Select((whole, i) => view.Take(whole, trial.Inputs[i].Shape))];
            var expected = Derivatives.Gradients(trial.Function, trial.Inputs, Directions.Of);
            var actual = Derivatives.Gradients(x => trial.Function(Views(x)), bases, Directions.Of);
            double tolerance = Near.Rounding(Derivatives.Scale(trial));
            for (int i = 0; i < bases.Length; i++)
            {
                var embedded = view.EmbedGradient(Tensor.From(expected[i], trial.Inputs[i].Shape));
                Near.Equal(embedded.ToDoubles(), actual[i], tolerance, $"{view.Name}, gradient {i}");
            }
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void OverlappingViewsAddTheirGradients(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
    {
        // All inputs are windows of one vector, each beginning one element after the one before.
        int length = trial.Inputs.Max(input => input.ElementCount) + trial.Inputs.Length;
        var vector = new RandomKey(3).Uniform([length], 0.4, 1.9, ElementType.Float64);
        Tensor Window(Tensor from, int i) =>
            Functions.Slice(from, 0, i, trial.Inputs[i].ElementCount).Reshape(trial.Inputs[i].Shape.Lengths);
        Tensor[] copies = [.. trial.Inputs.Select((_, i) => Window(vector, i).Detach())];
        var apart = Derivatives.Gradients(trial.Function, copies, Directions.Of);
        var sum = new double[length];
        for (int i = 0; i < apart.Length; i++)
            for (int position = 0; position < apart[i].Length; position++)
                sum[i + position] += apart[i][position];
        var together = Derivatives.Gradients(x => trial.Function([.. copies.Select((_, i) => Window(x[0], i))]), [vector], Directions.Of);
        Near.Equal(sum, together[0], Near.Rounding(Derivatives.Scale(trial with { Inputs = copies })),
            "gradient of the vector behind all inputs");
    });
}
