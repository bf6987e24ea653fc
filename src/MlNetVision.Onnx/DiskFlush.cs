using System.Runtime.InteropServices;
using System.Text;

namespace MlNetVision.Files;

/// <summary>
/// What must be on the disk before a name counts: the content of a file before it gets its name, and then the folder, which holds the name
/// (fsync(2)). Without both, a power cut may leave a name without content, or neither the new file nor the old one.
/// </summary>
internal static class DiskFlush
{
    /// <summary>Creates a folder with those above it, so that a power cut leaves them.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        var above = Path.GetDirectoryName(folder);
        if (above is not null) CreateFolder(above);
        Directory.CreateDirectory(folder);
        if (above is not null) Folder(above);
    }

    /// <summary>Writes the names in a folder to the disk. Windows' NTFS keeps a journal of them.</summary>
    public static void Folder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), 0);
        if (descriptor < 0) return; // a folder that may be written to and not read
        // Some file systems have no fsync of folders; there is nothing more to be done there.
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
