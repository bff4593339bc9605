using System.Text;
using Autograd.Files;

namespace Autograd.Examples;

/// <summary>Writes texts that are kept.</summary>
static class WholeFile
{
    /// <summary>
    /// Whoever reads meanwhile, and whoever comes after a full disk, finds what was there before. A link, a device or a pipe is no file to
    /// replace, and an error.
    /// </summary>
    public static void Write(string path, string text) =>
        AtomicFile.Replace(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
