namespace Autograd.Resume;

/// <summary>Saves more than there is room for: the error names the file, and what was there is there still.</summary>
static class FullDisk
{
    const int Little = 1000, Much = 100_000_000;

    public static int Run(string folder)
    {
        string file = Path.Combine(folder, "x.safetensors");
        Snapshot.Save(file, ("", Of(Little, 1)));
        byte[] before = File.ReadAllBytes(file);
        foreach (var (what, save) in ((string, Action)[])
        [
            ("snapshot", () => Snapshot.Save(file, ("", Of(Much, 2)))),
                ("safetensors", () => Safetensors.Write(file, [("w", Tensor.Ones([Much]))])),
            ("npy", () => Npy.Write(file, Tensor.Ones([Much]))), ("npz", () => Npz.Write(file, [("w", Tensor.Ones([Much]))])),
        ])
        {
            try
            {
                save();
                throw new InvalidOperationException($"{what}: {Much} numbers fit on this disk.");
            }
            catch (IOException error)
            {
                Console.WriteLine($"{what}: {error.GetType().Name}: {error.Message}");
                if (!error.Message.Contains(file, StringComparison.Ordinal))
                    throw new InvalidOperationException("The file is not named.", error);
            }
            if (!File.ReadAllBytes(file).AsSpan().SequenceEqual(before))
                throw new InvalidOperationException($"{what}: the file has changed.");
            if (Directory.GetFiles(folder) is not [_]) throw new InvalidOperationException($"{what}: something is left beside the file.");
        }
        Snapshot.Save(file, ("", Of(Little, 3)));
        Snapshot.Verify(file);
        return 0;
    }

    static ISaved Of(int count, double value)
    {
        var values = Tensor.Full([count], value);
        return SavedState.Of(state => state.Add("values", () => values, loaded => values = loaded));
    }
}
