using System.Diagnostics;

namespace MlNetVision.Tests;

/// <summary>Runs programs that a test compares with.</summary>
internal static class Tool
{
    /// <summary>Runs a program and gives the bytes of its standard output; the test is skipped where the program is not installed.</summary>
    /// <param name="package">The Debian package that has it.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static byte[] Run(string package, string program, params string[] arguments)
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program)))) Absent.End($"{program} (Debian: {package})");
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{program} {string.Join(' ', arguments)}");
        return output.ToArray();
    }
}
