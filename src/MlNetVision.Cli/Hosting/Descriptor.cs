using System.Runtime.InteropServices;

namespace MlNetVision.Cli.Hosting;

/// <summary>The open files of this process, by number, on Linux and macOS.</summary>
internal static class Descriptor
{
    public const int Input = 0, Output = 1, Error = 2;

    // fcntl(2) and getrlimit(2).
    private const int GetFlags = 1, CloseOnExec = 1, LinuxOpenFiles = 7, MacOpenFiles = 8;

    /// <summary>
    /// Fewer open files do not suffice for .NET itself, which keeps its assemblies open: it ends without a word, or cannot find them.
    /// </summary>
    private const int LeastFiles = 128;

    /// <summary>
    /// Whether a standard stream was closed (<c>2&gt;&amp;-</c>). Its number then stands for the first file that the runtime opened itself: reading
    /// from that may never end, and writing to it harms the runtime. The runtime's own files are closed on exec; an inherited one cannot be.
    /// </summary>
    public static bool IsClosed(int descriptor)
    {
        if (OperatingSystem.IsWindows()) return false; // .NET gives an empty stream
        var flags = Flags(descriptor, GetFlags);
        return flags < 0 || (flags & CloseOnExec) != 0;
    }

    /// <summary>Says so on standard error where the process may not open as many files as it needs. Loads no assembly.</summary>
    public static bool AreTooFew()
    {
        if (OperatingSystem.IsWindows()) return false;
        if (Limit(OperatingSystem.IsMacOS() ? MacOpenFiles : LinuxOpenFiles, out var limit) != 0 || limit.Soft >= LeastFiles) return false;
        if (IsClosed(Error)) return true;
        var message = "error: this process may open too few files (ulimit -n); expected 128 or more, such as 'ulimit -n 1024'.\n"u8;
        _ = Write(Error, ref MemoryMarshal.GetReference(message), message.Length);
        return true;
    }

    [DllImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flags(int descriptor, int command);

    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Limit(int resource, out ResourceLimit limit);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern nint Write(int descriptor, ref byte bytes, nint count);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public nuint Soft, Hard;
    }
}
