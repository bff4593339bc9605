using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Autograd;

/// <summary>
/// Saves things to one file, and loads them again, bit for bit: a model, its optimizer, the position in the data, whatever implements
/// <see cref="ISaved"/>.
/// <code>
/// Snapshot.Save("run.safetensors", ("model", model), ("optimizer", optimizer), ("progress", progress));
/// Snapshot.Load("run.safetensors", ("model", model), ("optimizer", optimizer), ("progress", progress));
/// </code>
/// The file is a safetensors file: tensors under their names, numbers and texts in the metadata, with a SHA-256 of all elements.
/// Saving replaces the file whole or not at all; loading changes everything or nothing.
/// </summary>
public static class Snapshot
{
    // Names that no part can have: they have no letter in front of the dot.
    const string FormatName = ".format", ChecksumName = ".sha256", Format = "autograd 1";

    /// <summary>Saves parts under their names, which prefix the names within them; an empty name adds no prefix.</summary>
    /// <param name="path">The file, which may exist.</param>
    /// <param name="parts">What is saved.</param>
    /// <exception cref="ArgumentException">Two things have one name.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is there still.</exception>
    public static void Save(string path, params ReadOnlySpan<(string Name, ISaved Part)> parts)
    {
        var state = new SavedState(parts.ToArray());
        var tensors = new List<(string Name, Tensor Value)>();
        foreach (var (name, slot) in state.Tensors)
            if (slot.Save() is { } value)
                tensors.Add((name, value));
        var texts = state.Texts.ToDictionary(text => text.Key, text => text.Value.Save());
        (texts[FormatName], texts[ChecksumName]) = (Format, Checksum(Safetensors.Ordered(tensors).Select(tensor => tensor.Value)));
        Safetensors.Write(path, tensors, texts);
    }

    /// <summary>Loads parts; the file must hold exactly what they consist of.</summary>
    /// <inheritdoc cref="Load(string, LoadOptions, ReadOnlySpan{ValueTuple{string, ISaved}})"/>
    public static void Load(string path, params ReadOnlySpan<(string Name, ISaved Part)> parts) => Load(path, new LoadOptions(), parts);

    /// <summary>
    /// Loads parts. Everything is checked before anything is changed; if a part refuses what it gets, the others get back what they had.
    /// </summary>
    /// <param name="path">The file: a snapshot, or any file of tensors in the format safetensors.</param>
    /// <param name="options">What is put up with.</param>
    /// <param name="parts">What is loaded, under the names by which it was saved.</param>
    /// <exception cref="TensorFileException">
    /// It is no such file, its checksum is wrong, or it holds something else; one message lists what is missing, extra or misshapen.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Load(string path, LoadOptions options, params ReadOnlySpan<(string Name, ISaved Part)> parts)
    {
        ArgumentNullException.ThrowIfNull(options);
        var state = new SavedState(parts.ToArray());
        using var file = SafetensorsFile.Open(path);
        var plan = new LoadPlan(path, file, state, options, [FormatName, ChecksumName]);
        plan.Read(file.Metadata.GetValueOrDefault(ChecksumName));
        int done = 0;
        try
        {
            for (; done < plan.Others.Count; done++) plan.Others[done].Load();
            Parameter.TakeAll(plan.Parameters);
        }
        catch
        {
            // What refuses has not changed.
            for (int i = done - 1; i >= 0; i--) plan.Others[i].Restore();
            throw;
        }
    }

    internal static string Checksum(IEnumerable<Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors) Append(hash, tensor);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static void Append(IncrementalHash hash, Tensor tensor)
    {
        if (tensor.ElementType == ElementType.Float32) hash.AppendData(MemoryMarshal.AsBytes(tensor.ReadSpan<float>()));
        else hash.AppendData(MemoryMarshal.AsBytes(tensor.ReadSpan<double>()));
    }
}
