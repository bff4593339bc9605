namespace Autograd.Examples;

/// <summary>Writes texts that are kept.</summary>
static class WholeFile
{
    /// <summary>Whoever reads meanwhile, and whoever comes after a full disk, finds what was there before.</summary>
    public static void Write(string path, string text)
    {
        string beside = path + ".part";
        try
        {
            File.WriteAllText(beside, text);
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
