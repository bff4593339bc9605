// Copied into the test projects of the tree that errors are planted in, as their entry point.
using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Autograd.Mutants;

/// <summary>
/// Runs test classes in this process, one after another in the order given, and stops at the first test that fails.
/// <c>--list</c> prints the classes; <c>--skip FILE</c> names tests to leave out, a line each; <c>--all</c> goes on after a failure and
/// prints each.
/// Exit codes: 0 all passed, 1 a test failed.
/// </summary>
static class Runner
{
    static int Main(string[] args)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var framework = new XunitTestFramework(new Xunit.Sdk.NullMessageSink());
        var tests = Discover(framework, assembly);
        if (args is ["--list"])
        {
            foreach (string name in tests.Keys) Console.WriteLine(name);
            return 0;
        }
        bool all = args.Contains("--all");
        var skipped = args.SkipWhile(arg => arg != "--skip").Skip(1).FirstOrDefault() is { } file
            ? File.ReadAllLines(file).ToHashSet() : [];
        string[] classes = [.. args.Where(tests.ContainsKey)];
        using var executor = framework.GetExecutor(assembly.GetName());
        bool failed = false;
        foreach (string name in classes)
        {
            if (failed && !all) break;
            var sink = new Sink(stopsAtFailure: !all);
            executor.RunTests(tests[name].Where(test => !skipped.Contains(test.DisplayName)), sink, new Options());
            sink.Finished.Wait();
            failed |= sink.Failed;
        }
        // Threads of a test that hang must not keep the process alive.
        Environment.Exit(failed ? 1 : 0);
        return 0;
    }

    static SortedDictionary<string, List<ITestCase>> Discover(XunitTestFramework framework, Assembly assembly)
    {
        var found = new SortedDictionary<string, List<ITestCase>>(StringComparer.Ordinal);
        var sink = new Sink(stopsAtFailure: false)
        {
            OnCase = test =>
            {
                string name = test.TestMethod.TestClass.Class.Name;
                if (!found.TryGetValue(name, out var cases)) found.Add(name, cases = []);
                cases.Add(test);
            },
        };
        framework.GetDiscoverer(Reflector.Wrap(assembly)).Find(false, sink, new Options());
        sink.Finished.Wait();
        return found;
    }

    sealed class Sink(bool stopsAtFailure) : Xunit.LongLivedMarshalByRefObject, IMessageSink
    {
        public Action<ITestCase>? OnCase { get; init; }

        public ManualResetEventSlim Finished { get; } = new();

        public bool Failed { get; private set; }

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage found:
                    OnCase?.Invoke(found.TestCase);
                    break;
                case ITestFailed failure:
                    Failed = true;
                    Console.WriteLine($"FAILED\t{failure.TestCase.DisplayName}\t{failure.Messages.FirstOrDefault()?.Split('\n')[0]}");
                    break;
                case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                    Finished.Set();
                    break;
            }
            return !(Failed && stopsAtFailure);
        }
    }

    sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        readonly Dictionary<string, object?> values = new() { ["xunit.execution.DisableParallelization"] = true };

        public TValue GetValue<TValue>(string name) => values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => values[name] = value;
    }
}
