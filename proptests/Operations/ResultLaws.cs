using Autograd.Tensors;

namespace Autograd.PropertyTests;

/// <summary>
/// A result does not change: what a function gives of parameters is not one of them, nor does it share their memory unnoticed.
/// </summary>
public class ResultLaws
{
    public static TheoryData<string> Cases => OperationCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void WithoutATapeItStaysWhenTheParametersChange(string name) => Law.Holds(8, OperationCases.Named(name).Draw, trial =>
    {
        var parameters = Parameters(trial);
        var result = trial.Function([.. parameters]);
        double[] before = result.ToDoubles();
        Change(parameters);
        Assert.Equal(before, result.ToDoubles());
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void OnATapeItStaysOrIsRefused(string name) => Law.Holds(8, OperationCases.Named(name).Draw, trial =>
    {
        var parameters = Parameters(trial);
        using var tape = new Tape();
        Check(trial.Function, parameters);
        using (tape.Pause()) Check(trial.Function, parameters);
    });

    static void Check(Func<Tensor[], Tensor> function, Parameter[] parameters)
    {
        var result = function([.. parameters]);
        Assert.IsNotType<Parameter>(result);
        double[] before = result.ToDoubles();
        Change(parameters);
        if (result.Storage is { IsMutable: true })
            Assert.Contains("a view of it", Assert.Throws<TapeException>(() => result.ToDoubles()).Message, StringComparison.Ordinal);
        else
            Assert.Equal(before, result.ToDoubles());
    }

    static Parameter[] Parameters(Trial trial) => [.. trial.Inputs.Select((input, i) => new Parameter($"p{i}", input))];

    static void Change(Parameter[] parameters)
    {
        foreach (var parameter in parameters) parameter.Assign(Tensor.Full(parameter.Shape, 0.123, parameter.ElementType));
    }
}
