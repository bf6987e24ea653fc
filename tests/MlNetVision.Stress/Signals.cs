using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MlNetVision.Stress;

/// <summary>Signals to child processes.</summary>
internal static class Signals
{
    private const int Term = 15;

    /// <summary>Asks a child to end.</summary>
    public static void Terminate(Process child)
    {
        try
        {
            if (OperatingSystem.IsWindows()) child.Kill();
            else _ = Kill(child.Id, Term);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
