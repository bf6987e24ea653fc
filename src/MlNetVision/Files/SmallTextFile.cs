using System.Text;

namespace MlNetVision.Files;

/// <summary>Reads the small text files of a model, strictly.</summary>
internal static class SmallTextFile
{
    /// <summary>The most bytes that are read; the longest published list of names, YOLO9000's 9,418, has 120 KiB.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a UTF-8 file, with or without byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">The expected content, for messages: "class names, one per line".</param>
    /// <param name="maxBytes">The most bytes that it may have. Default: 1 MiB.</param>
    /// <exception cref="BadModelException">The file is missing, unreadable, too long, or not UTF-8 text.</exception>
    public static string Read(string path, string expected, int maxBytes = MaxBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var bytes = ReadBytes(path, expected, maxBytes);
            var text = Utf8.GetString(bytes).TrimStart('\uFEFF');
            var control = text.AsSpan().IndexOfAnyInRange('\0', '\b');
            return control < 0
                ? text
                : throw new BadModelException(
                    $"'{path}' is not text: character {control + 1} has the code {(int)text[control]}. Expected: {expected}, in UTF-8.");
        }
        catch (DecoderFallbackException error)
        {
            throw new BadModelException($"'{path}' is not UTF-8 text (byte {error.Index + 1}). Expected: {expected}, in UTF-8.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadModelException($"'{path}' cannot be read: {error.Message} Expected: {expected}.", error);
        }
    }

    private static byte[] ReadBytes(string path, string expected, int maxBytes)
    {
        using var stream = RegularFile.OpenRead(path, orOpenPipe: true);
        // One byte more than allowed detects a longer file, also where the stream has no length.
        var known = stream.CanSeek && stream.Length > 0 ? Math.Min(stream.Length, maxBytes) : maxBytes;
        var bytes = new byte[known + 1];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (count > known) throw new BadModelException($"'{path}' has more than {maxBytes} bytes. Expected: {expected}.");
        return bytes[..count];
    }
}
