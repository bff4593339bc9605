using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Autograd.Bench;

/// <summary>Short jobs in this process, so that a suite ends within a minute.</summary>
sealed class QuickConfig : ManualConfig
{
    public QuickConfig()
    {
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            // Half a second: the runtime compiles what is used often twice more, in the background.
            .WithWarmupCount(12)
            .WithIterationCount(5)
            .WithIterationTime(TimeInterval.FromMilliseconds(40)));
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.Min, new FlopRateColumn());
        AddDiagnoser(MemoryDiagnoser.Default);
        AddExporter(MarkdownExporter.Console);
        AddLogger(ConsoleLogger.Default);
    }
}
