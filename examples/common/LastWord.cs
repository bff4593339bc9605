using System.Runtime.CompilerServices;

namespace Autograd.Examples;

/// <summary>
/// What files and pipes do not take or give is one line and an exit code: of a program that prints into a full disk, that reads what is not
/// there, nobody wants to see where it stood. (Into a pipe that was closed the runtime writes nothing, without an error.)
/// </summary>
static class LastWord
{
    [ModuleInitializer]
    internal static void Prepare() => AppDomain.CurrentDomain.UnhandledException += (_, arguments) =>
    {
        if (arguments.ExceptionObject is not (IOException or UnauthorizedAccessException)) return;
        try
        {
            Console.Error.WriteLine($"{AppDomain.CurrentDomain.FriendlyName}: {((Exception)arguments.ExceptionObject).Message}");
        }
        catch (IOException)
        {
            // The exit code says it all the same.
        }
        Environment.Exit(1);
    };
}
