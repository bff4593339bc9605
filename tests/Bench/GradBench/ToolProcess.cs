using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Autograd.Tests.Bench.GradBench;

/// <summary>The tool of GradBench's protocol as a program of its own, spoken to over its pipes.</summary>
public sealed class ToolProcess : IDisposable
{
    readonly Process process = Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Autograd.GradBench.dll")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    int last;

    /// <summary>The response to a line.</summary>
    public JsonObject Send(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
        string? response = process.StandardOutput.ReadLine();
        Assert.True(response is not null, $"The tool gave no response to {line}");
        return JsonNode.Parse(response)!.AsObject();
    }

    /// <summary>The response to a message, which gets the next number.</summary>
    public JsonObject Send(JsonObject message)
    {
        message["id"] = ++last;
        var response = Send(message.ToJsonString());
        Assert.Equal(last, (int)response["id"]!);
        return response;
    }

    /// <summary>The response to a request for an evaluation.</summary>
    public JsonObject Ask(string module, string function, JsonNode? input) =>
        Send(new JsonObject { ["kind"] = "evaluate", ["module"] = module, ["function"] = function, ["input"] = input });

    /// <summary>The output of an evaluation, which has to succeed.</summary>
    public JsonNode Evaluate(string module, string function, JsonNode? input)
    {
        var response = Ask(module, function, input);
        Assert.True((bool)response["success"]!, (string?)response["error"]);
        return response["output"]!;
    }

    /// <summary>All numbers of an output, in order.</summary>
    public double[] Numbers(string module, string function, JsonNode? input) => [.. Flat(Evaluate(module, function, input))];

    /// <summary>The numbers in lists of lists.</summary>
    public static IEnumerable<double> Flat(JsonNode node) =>
        node is JsonArray items ? items.SelectMany(item => Flat(item!)) : [(double)node];

    /// <inheritdoc/>
    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
