using System.Diagnostics;

namespace MlNetVision.Tests;

/// <summary>Named pipes that nobody is at the other end of: to open one as a file would wait for ever.</summary>
internal static class NamedPipe
{
    /// <summary>
    /// Makes one in place of a file, with the folders that it needs, and returns its path; ends the test as inconclusive on Windows, which has
    /// no mkfifo(1).
    /// </summary>
    public static string Make(string path)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs mkfifo(1)");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        using var make = Process.Start("mkfifo", [path]);
        make.WaitForExit();
        Assert.AreEqual(0, make.ExitCode);
        return path;
    }
}
