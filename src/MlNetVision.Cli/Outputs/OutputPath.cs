using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Files;

namespace MlNetVision.Cli.Outputs;

/// <summary>Checks where a command is to write before it begins to work, so that no work is lost.</summary>
internal static class OutputPath
{
    /// <summary>Checks a file that an option names; null, where the option is not given, is in order.</summary>
    /// <param name="option">The option, for messages.</param>
    /// <param name="path">What was given.</param>
    /// <param name="used">The files that must not be replaced.</param>
    /// <param name="extension">The ending that the name must have, with its dot; or null.</param>
    /// <exception cref="UsageException">The file cannot or must not be written.</exception>
    public static void CheckFile(string option, string? path, UsedFiles used, string? extension = null)
    {
        if (path is null || (extension is null && IsDevice(path))) return;
        if (path.Length == 0) throw new UsageException($"{option} '': expected the name of a file.");
        if (extension is not null && !Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"{option} '{path}': expected a name that ends in {extension}.");
        if (Directory.Exists(path)) throw new UsageException($"{option} '{path}': is a folder, expected a file.");
        used.Protect(option, path);
        CheckWritable(option, path, Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>Checks a file that is to hold an image.</summary>
    /// <inheritdoc cref="CheckFile"/>
    public static void CheckImage(string option, string? path, UsedFiles used)
    {
        if (path is null) return;
        if (Path.GetExtension(path).ToUpperInvariant() is not (".PNG" or ".JPG" or ".JPEG" or ".WEBP"))
            throw new UsageException($"{option} '{path}': expected a name that ends in .png, .jpg, .jpeg or .webp.");
        CheckFile(option, path, used);
    }

    /// <summary>Checks a folder that an option names; null, where the option is not given, is in order.</summary>
    /// <exception cref="UsageException">Nothing can be written there.</exception>
    public static void CheckFolder(string option, string? path)
    {
        if (path is null) return;
        if (path.Length == 0) throw new UsageException($"{option} '': expected the name of a folder.");
        if (File.Exists(path)) throw new UsageException($"{option} '{path}': is a file, expected a folder.");
        CheckWritable(option, path, Path.GetFullPath(path));
    }

    /// <summary>A pipe or a device (/dev/stdout, /dev/fd/63 of a shell's >(…)) is written to, never replaced.</summary>
    public static bool IsDevice(string path) => IsDevice(path, OperatingSystem.IsWindows() && path.Length > 0 ? Path.GetFullPath(path) : path);

    /// <param name="path">The path.</param>
    /// <param name="full">The full path: on Windows that of <c>NUL</c> or <c>CON</c>, in whichever folder, starts with <c>\\.\</c>.</param>
    internal static bool IsDevice(string path, string full) => path.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith(@"\\.\", StringComparison.Ordinal);

    /// <summary>Opens a pipe or a device, which is written to and never replaced; null for a file, be it there or not.</summary>
    /// <exception cref="OperationCanceledException">Interrupted while nobody reads from the pipe.</exception>
    public static Stream? OpenPipe(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        // What a name leads to is seen once it is open; a pipe has no length.
        if (!IsDevice(path) && !(file.Exists && file.Length == 0)) return null;
        try
        {
            var stream = Interruptible.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite), cancellationToken);
            if (IsDevice(path) || !stream.CanSeek) return stream;
            stream.Dispose();
        }
        catch (UnauthorizedAccessException) when (!IsDevice(path))
        {
            // A file that may not be written to may still be replaced.
        }
        return null;
    }

    /// <summary>Writes text to a file that was checked, or to a pipe or a device.</summary>
    /// <exception cref="OperationCanceledException">Interrupted while nobody reads from the pipe.</exception>
    public static void WriteText(string path, string text, CancellationToken cancellationToken)
    {
        using var pipe = OpenPipe(path, cancellationToken);
        if (pipe is null) AtomicFile.WriteText(path, text);
        else pipe.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }

    // A name that no file has; what is written under it is never kept.
    private const string Probe = ".mlnetvision-probe";

    // Missing folders are made only when there is something to write, so the nearest one that exists is tried.
    private static void CheckWritable(string option, string path, string? folder)
    {
        while (folder is not null && !Directory.Exists(folder))
        {
            if (File.Exists(folder)) throw new UsageException($"{option} '{path}': {folder} is a file, expected a folder.");
            folder = Path.GetDirectoryName(folder);
        }
        try
        {
            new AtomicFileWriter(Path.Join(folder, Probe)).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} '{path}': the folder {folder} cannot be written to; give a place that can.");
        }
    }
}
