using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Autograd.Bench;

/// <summary>Says how many floating-point operations a benchmark's method makes.</summary>
interface IFlopCount
{
    /// <summary>Operations of one call of the method, with the parameters set.</summary>
    double Flops { get; }
}

/// <summary>Billions of floating-point operations per second, from the fastest iteration.</summary>
sealed class FlopRateColumn : IColumn
{
    public string Id => nameof(FlopRateColumn);

    public string ColumnName => "GFLOP/s";

    public string Legend => "Billions of floating-point operations per second, from the fastest iteration";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) =>
        summary.BenchmarksCases.Any(benchmark => benchmark.Descriptor.Type.IsAssignableTo(typeof(IFlopCount)));

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics
            || Activator.CreateInstance(benchmarkCase.Descriptor.Type) is not IFlopCount suite)
            return "-";
        foreach (var parameter in benchmarkCase.Parameters.Items)
            benchmarkCase.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(suite, parameter.Value);
        return (suite.Flops / statistics.Min).ToString("0.0", CultureInfo.InvariantCulture);
    }
}
