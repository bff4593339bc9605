using System.Text.Json;

namespace Autograd.Tests.Layers.Golden;

/// <summary>
/// One case of <c>golden.json</c>, which holds what PyTorch computes in double; <c>golden.py</c> beside it makes it. Numbers are compared
/// relative to the largest of their tensor: PyTorch adds up in another order.
/// </summary>
sealed class GoldenCase(string name)
{
    const double Tolerance = 1e-12;

    static readonly JsonElement All = Read();

    readonly JsonElement content = All.GetProperty(name);
    readonly Dictionary<string, Tensor> tensors = [];

    /// <summary>A tensor of the case, the same object each time.</summary>
    internal Tensor this[string key] => tensors.TryGetValue(key, out var known) ? known : tensors[key] = Parse(content.GetProperty(key));

    internal bool Has(string key) => content.TryGetProperty(key, out _);

    internal int[] Whole(string key) => Array.ConvertAll(this[key].ToDoubles(), x => (int)x);

    /// <summary>A result is as expected.</summary>
    internal void Expect(string key, Tensor actual) => Close.Equal(this[key], actual, Tolerance, key);

    /// <summary>The loss and its gradients with respect to inputs are as expected. The inputs were watched before they were used.</summary>
    internal void ExpectLoss(Tape tape, Tensor loss, params string[] inputs)
    {
        Expect("loss", loss);
        var gradients = tape.Gradients(loss, [.. inputs.Select(input => this[input])]);
        for (int i = 0; i < inputs.Length; i++) Expect(inputs[i] + ".grad", gradients[i]);
    }

    static JsonElement Read()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Layers", "Golden", "golden.json");
        return JsonDocument.Parse(File.ReadAllText(path)).RootElement;
    }

    static Tensor Parse(JsonElement nested)
    {
        var shape = new List<int>();
        for (var level = nested; level.ValueKind == JsonValueKind.Array; level = level[0]) shape.Add(level.GetArrayLength());
        return Tensor.From(Numbers(nested).ToArray(), Shape.Create(shape.ToArray()));
    }

    static IEnumerable<double> Numbers(JsonElement nested) =>
        nested.ValueKind == JsonValueKind.Array ? nested.EnumerateArray().SelectMany(Numbers) : [nested.GetDouble()];
}
