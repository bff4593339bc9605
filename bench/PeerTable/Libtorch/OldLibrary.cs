using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Autograd.PeerTable;

/// <summary>
/// Lets TorchSharp's native library load where libstdc++ is that of GCC 12: the library was built with GCC 13, whose every file names one
/// more function, which an older libstdc++ has no need of. The need of the newer version is marked as weak, and the function is one that
/// does nothing, from a library that is compiled here.
/// </summary>
static partial class OldLibrary
{
    const string Version = "GLIBCXX_3.4.32", Stub = "void _ZSt21ios_base_library_initv(void) {}";

    // Global, so that libraries that are loaded later find the function.
    const int LazyAndGlobal = 0x101;

    public static void MakeLoadable()
    {
        string folder = AppContext.BaseDirectory, library = Path.Combine(folder, "libLibTorchSharp.so");
        if (!OperatingSystem.IsLinux() || HasVersion() || !File.Exists(library)) return;
        string source = Path.Combine(folder, "stub.c"), stub = Path.Combine(folder, "libstub.so");
        if (!File.Exists(stub))
        {
            File.WriteAllText(source, Stub);
            using var compiler = System.Diagnostics.Process.Start("gcc", ["-shared", "-fPIC", source, "-o", stub]);
            compiler.WaitForExit();
        }
        if (Open(stub, LazyAndGlobal) == 0)
            throw new InvalidOperationException("libstdc++ is older than that of GCC 13, and there is no gcc: apt-get install gcc");
        byte[] bytes = File.ReadAllBytes(library);
        if (!MarkWeak(bytes)) return;
        File.Delete(library);
        File.WriteAllBytes(library, bytes);
    }

    static bool HasVersion()
    {
        foreach (string path in (string[])["/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/usr/lib64/libstdc++.so.6"])
            if (File.Exists(path))
                return File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(Version + "\0")) >= 0;
        return true;
    }

    // Whether there was a need to mark: entries of .gnu.version_r have flags, whose bit 2 is weak (System V ABI, symbol versioning).
    static bool MarkWeak(byte[] file)
    {
        const uint versionNeeds = 0x6ffffffe;
        ReadOnlySpan<byte> elf = file;
        long Long(int at) => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
        int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
        int Short(int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));
        int sections = (int)Long(40), count = Short(60);
        int At(int section) => sections + 64 * section;
        int needs = Enumerable.Range(0, count).Where(section => (uint)Int(At(section) + 4) == versionNeeds).Select(At).First();
        int names = (int)Long(At(Int(needs + 40)) + 24);
        bool isChanged = false;
        for (int need = (int)Long(needs + 24), next = -1; next != 0; need += next)
        {
            int entry = need + Int(need + 8);
            for (int i = 0; i < Short(need + 2); i++, entry += Int(entry + 12))
            {
                bool isIt = elf[(names + Int(entry + 8))..].StartsWith(Encoding.ASCII.GetBytes(Version + "\0"));
                if (!isIt || (Short(entry + 4) & 2) != 0) continue;
                file[entry + 4] |= 2;
                isChanged = true;
            }
            next = Int(need + 12);
        }
        return isChanged;
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int mode);
}
