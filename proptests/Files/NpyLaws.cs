namespace Autograd.PropertyTests;

/// <summary>Files in numpy's format that are not whole, or not in that format.</summary>
public class NpyLaws
{
    const int Trials = 100;
    const string File = "x.npy";

    // Magic and version; the length of the header follows.
    const int MagicBytes = 6, BeginBytes = 8;

    /// <summary>A file that is cut anywhere is refused, and the message says how far it could be read.</summary>
    [Law(Trials)]
    public void ACutFileIsRefusedForWhatItLacks(Draw draw)
    {
        var trial = draw.Of(draw => (Bytes: Written(draw), Share: draw.Number(0, 1), IsEarly: draw.Flag()));
        // Half of the cuts are in the first few bytes, where most differs.
        int length = (int)(trial.Share * (trial.IsEarly ? BeginBytes + 3 : trial.Bytes.Length));
        int header = BeginBytes + 2 + trial.Bytes[BeginBytes] + 256 * trial.Bytes[BeginBytes + 1];
        string message = Refused(trial.Bytes[..length]);
        string lack = length < BeginBytes ? "it is no array in numpy's format." : length < BeginBytes + 2 ? "its header is cut or absurd."
            : length < header ? "its header is cut." : $"takes {trial.Bytes.Length - header} bytes, there are {length - header}.";
        Assert.EndsWith(lack, message, StringComparison.Ordinal);
    }

    /// <summary>A file that begins otherwise is none, whatever follows, and a version that is not known is named.</summary>
    [Law(Trials)]
    public void AForeignFileIsRefusedByItsFirstBytes(Draw draw)
    {
        var (bytes, place, change) = draw.Of(draw => (Written(draw), draw.Whole(0, MagicBytes), (byte)draw.Whole(1, 255)));
        bytes[place] ^= change;
        if (place < MagicBytes) Assert.EndsWith("it is no array in numpy's format.", Refused(bytes), StringComparison.Ordinal);
        else if (bytes[place] is < 1 or > 3) Assert.Contains($"it has version {bytes[place]} of", Refused(bytes), StringComparison.Ordinal);
        else Refused(bytes);
    }

    static byte[] Written(Draw draw)
    {
        using var stream = new MemoryStream();
        Npy.Write(stream, draw.Values(draw.Shape(mayBeEmpty: false), Domain.Any));
        return stream.ToArray();
    }

    static string Refused(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        var error = Assert.Throws<TensorFileException>(() => Npy.Read(stream, bytes.Length, File));
        Assert.Equal(File, error.File);
        Assert.StartsWith($"{File}: ", error.Message, StringComparison.Ordinal);
        return error.Message;
    }
}
