#!/usr/bin/env dotnet
#:project ../src/Autodiff/Autodiff.csproj
#:property PublishAot=false

// What files of tensors hold: snapshots and other safetensors, .npy and .npz.
//   dotnet run examples/files.cs -- list FILE               names, types, shapes, norms and texts
//   dotnet run examples/files.cs -- compare FILE FILE       how far tensors and texts differ; the exit code is 1 if they do
//   dotnet run examples/files.cs -- verify FILE…            checks files whole, with their checksums where they have one

using Autograd;
using static System.FormattableString;

const string Usage = "list FILE | compare FILE FILE | verify FILE…";
try
{
    switch (args)
    {
        case ["list", var path]:
            Contents.Of(path).List();
            return 0;
        case ["compare", var first, var second]:
            return Contents.Compare(Contents.Of(first), Contents.Of(second)) ? 0 : 1;
        case ["verify", _, ..]:
            foreach (string path in args[1..]) Console.WriteLine($"{path}: {Contents.Verify(path)}");
            return 0;
        default:
            Console.Error.WriteLine($"files: {Usage}");
            return 2;
    }
}
catch (Exception error) when (error is TensorFileException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"files: {error.Message}");
    return 2;
}

/// <summary>The tensors and texts of a file.</summary>
sealed record Contents(IReadOnlyList<Entry> Entries, IReadOnlyDictionary<string, string> Texts)
{
    public static Contents Of(string path) => Path.GetExtension(path) switch
    {
        ".npy" => new([Entry.Of("", Npy.Read(path))], new Dictionary<string, string>()),
        ".npz" => new([.. Npz.Read(path).Select(array => Entry.Of(array.Key, array.Value))], new Dictionary<string, string>()),
        _ => OfSafetensors(path),
    };

    public static string Verify(string path)
    {
        var contents = Of(path);
        if (!contents.Texts.ContainsKey(".format"))
            return $"{contents.Entries.Count} tensors, {(Path.GetExtension(path) == ".npz" ? "with the CRC-32 of each" : "no checksum")}";
        var origin = Snapshot.Verify(path);
        return $"{contents.Entries.Count} tensors, checksum {contents.Texts[".crc32c"]}, saved by {origin.Version} under "
            + $"{origin.Runtime}"
            + (origin.Warning is { } warning ? $". {warning}" : "");
    }

    public void List()
    {
        int width = Entries.Select(entry => entry.Name.Length).DefaultIfEmpty(0).Max();
        foreach (var entry in Entries)
            Console.WriteLine(
                Invariant($"{entry.Name.PadRight(width)}  {entry.Type,-4} {entry.ShapeText,-16} norm {entry.Norm,-12:G6} from ")
                    + Invariant($"{entry.Least:G6} to ")
                + Invariant($"{entry.Most:G6}"));
        foreach (var (name, text) in Texts.OrderBy(pair => pair.Key, StringComparer.Ordinal)) Console.WriteLine($"{name} = {Short(text)}");
        Console.WriteLine(
            Invariant($"{Entries.Count} tensors, {Entries.Sum(entry => entry.Count):N0} numbers, {Texts.Count} texts"));
    }

    public static bool Compare(Contents first, Contents second)
    {
        bool same = true;
        foreach (string name in first.Entries.Concat(second.Entries).Select(entry => entry.Name).Distinct())
            same &= Report(name, Difference(first.Find(name), second.Find(name)));
        foreach (string name in first.Texts.Keys.Union(second.Texts.Keys).Where(name => name != ".crc32c"))
            same &= Report(name, first.Texts.GetValueOrDefault(name) is var a && second.Texts.GetValueOrDefault(name) is var b && a == b
                ? null : $"{(a is null ? "missing" : Short(a))} and {(b is null ? "missing" : Short(b))}");
        if (same) Console.WriteLine("the same, to the bit");
        return same;
    }

    static bool Report(string name, string? difference)
    {
        if (difference is not null) Console.WriteLine($"{name}: {difference}");
        return difference is null;
    }

    static string? Difference(Entry? a, Entry? b)
    {
        if (a is null || b is null) return a is null ? "only in the second" : "only in the first";
        if (a.Type != b.Type || a.ShapeText != b.ShapeText) return $"{a.Type} {a.ShapeText} and {b.Type} {b.ShapeText}";
        if (a.Value is null || b.Value is null) return "of a type that is not read";
        var (x, y) = (a.Value.ToDoubles(), b.Value.ToDoubles());
        int differing = 0;
        double largest = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (BitConverter.DoubleToInt64Bits(x[i]) == BitConverter.DoubleToInt64Bits(y[i])) continue;
            differing++;
            largest = Math.Max(largest, Math.Abs(x[i] - y[i]));
        }
        return differing == 0 ? null
            : Invariant(
            $"{differing} of {x.Length} numbers differ, by {largest:G3} at most; norms {a.Norm:G6} and {b.Norm:G6}");
    }

    static Contents OfSafetensors(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return new([.. file.Names.Select(name => Entry.Of(name, file))], file.Metadata);
    }

    static string Short(string text) => text.ReplaceLineEndings("↵") is { Length: > 100 } line ? line[..100] + "…"
        : text.ReplaceLineEndings("↵");

    Entry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);
}

/// <summary>A tensor of a file; without a value where its type is none of this library's.</summary>
sealed record Entry(string Name, string Type, IReadOnlyList<long> Lengths, Tensor? Value)
{
    public string ShapeText => $"[{string.Join(", ", Lengths)}]";

    public long Count => Lengths.Aggregate(1L, (product, length) => product * length);

    public double Norm => Value is null ? double.NaN : Math.Sqrt(Value.ToDoubles().Sum(number => number * number));

    public double Least => Value is { ElementCount: > 0 } ? Value.ToDoubles().Min() : double.NaN;

    public double Most => Value is { ElementCount: > 0 } ? Value.ToDoubles().Max() : double.NaN;

    public static Entry Of(string name, Tensor value) =>
        new(name, value.ElementType == ElementType.Float32 ? "F32"
            : "F64", [.. value.Shape.Lengths.ToArray().Select(length => (long)length)], value);

    public static Entry Of(string name, SafetensorsFile file)
    {
        var (type, lengths) = file.Describe(name);
        return new(name, type, lengths, type is "F32" or "F64" or "F16" or "BF16" ? file.Read(name) : null);
    }
}
