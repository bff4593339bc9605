using System.Text.Json.Nodes;

namespace Autograd.Tests.Bench.GradBench;

/// <summary>What the tool answers, and that it goes on after whatever it was sent.</summary>
public sealed class ProtocolTests(ToolProcess tool) : IClassFixture<ToolProcess>
{
    public static TheoryData<string> Modules =>
        ["hello", "lstm", "gmm", "kmeans", "lse", "llsq", "ode", "det", "ba", "ht", "particle", "saddle"];

    [Fact]
    public void AStartIsAnsweredWithTheNameOfTheTool() =>
        Assert.Equal("autograd-dotnet", (string?)tool.Send(new JsonObject { ["kind"] = "start" })["tool"]);

    [Theory, MemberData(nameof(Modules))]
    public void EveryModuleIsDefined(string module) => Assert.True(Succeeds(new() { ["kind"] = "define", ["module"] = module }));

    [Fact]
    public void AnAnalysisIsAcknowledged() =>
        Assert.Equal(["id"], tool.Send(new JsonObject { ["kind"] = "analysis", ["of"] = 1, ["valid"] = true }).Select(field => field.Key));

    [Theory]
    [InlineData("""{"kind":"define","module":"nothing"}""", "There is no module 'nothing', but hello, ")]
    [InlineData("""{"kind":"define"}""", "no field 'module'")]
    [InlineData("""{"kind":"evaluate","module":"nothing","function":"f","input":1}""", "There is no module 'nothing'")]
    [InlineData("""{"kind":"evaluate","module":"lse","function":"f","input":1}""", "no function 'f', but primal, gradient")]
    [InlineData("""{"kind":"evaluate","module":"lse","function":"primal"}""", "no field 'input'")]
    [InlineData("""{"kind":"evaluate","module":"lse","function":"primal","input":{}}""", "no field 'x'")]
    [InlineData("""{"kind":"evaluate","module":"lse","function":"primal","input":{"x":[1,[2]]}}""", "not a number")]
    [InlineData("""{"kind":"evaluate","module":"llsq","function":"primal","input":{"x":[1],"n":1.5}}""", "not an integer")]
    [InlineData("""{"kind":"evaluate","module":"llsq","function":"primal","input":{"x":[1],"n":1}}""", "at least 2")]
    [InlineData("""{"kind":"evaluate","module":"saddle","function":"rr","input":{"start":[1]}}""", "[2] is needed")]
    [InlineData("""{"kind":"evaluate","module":"kmeans","function":"cost","input":{"points":[[1,2],[3]]}}""", "one length")]
    [InlineData("""{"kind":"evaluate","module":"hello","function":"square","input":1e200}""", "JSON has no number")]
    [InlineData("""{"kind":1}""", "not text")]
    [InlineData("""{}""", "no field 'kind'")]
    public void WhatCannotBeAnsweredSaysWhy(string message, string reason)
    {
        var response = tool.Send(JsonNode.Parse(message)!.AsObject());
        Assert.False((bool)response["success"]!);
        Assert.Contains(reason, (string?)response["error"], StringComparison.Ordinal);
        Assert.True(Succeeds(new() { ["kind"] = "define", ["module"] = "hello" }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("""{"kind":"start"}""")]
    [InlineData("""{"id":"one","kind":"start"}""")]
    public void ALineWithoutANumberIsAnsweredWithout(string line)
    {
        var response = tool.Send(line);
        Assert.True(response.ContainsKey("id"));
        Assert.Null(response["id"]);
        Assert.False((bool)response["success"]!);
        Assert.True(Succeeds(new() { ["kind"] = "define", ["module"] = "hello" }));
    }

    [Fact]
    public void TimesAreThoseOfAsManyRunsAsAskedFor()
    {
        var input = new JsonObject { ["x"] = new JsonArray(1.0, 2.0), ["min_runs"] = 3, ["min_seconds"] = 0 };
        var timings = tool.Ask("lse", "primal", input)["timings"]!.AsArray();
        Assert.Equal(["prepare", "compile", "evaluate", "evaluate", "evaluate"], timings.Select(timing => (string)timing!["name"]!));
        Assert.All(timings, timing => Assert.True((long)timing!["nanoseconds"]! >= 0));
        input = new JsonObject { ["x"] = new JsonArray(1.0, 2.0), ["min_runs"] = 1, ["min_seconds"] = 0.05 };
        timings = tool.Ask("lse", "primal", input)["timings"]!.AsArray();
        Assert.True(timings.Skip(2).Sum(timing => (long)timing!["nanoseconds"]!) >= 50_000_000);
    }

    bool Succeeds(JsonObject message) => (bool)tool.Send(message)["success"]!;
}
