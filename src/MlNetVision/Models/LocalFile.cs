namespace MlNetVision.Models;

/// <summary>Finds the local copy of a model's file in a given file or folder.</summary>
internal static class LocalFile
{
    /// <summary>The path to copy <paramref name="file"/> from.</summary>
    /// <exception cref="BadModelException">There is no such file.</exception>
    public static string Find(CatalogueEntry entry, CatalogueFile file, string from)
    {
        if (File.Exists(from) && entry.Files.Count == 1) return from;
        // The given file is the one of its extension; its folder holds the others.
        if (File.Exists(from) && SameEnding(from, file.Name)) return from;
        var folder = Directory.Exists(from) ? from : Path.GetDirectoryName(Path.GetFullPath(from))!;
        string[] names = [file.Name, Path.GetFileName(file.Address.LocalPath)];
        return names.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists)
            ?? throw new BadModelException($"{from}: expected the file {file.Name} of the model '{entry.Name}' there, found none.");
    }

    public static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadModelException($"{path}: the model file cannot be read: {e.Message}", e);
        }
    }

    private static bool SameEnding(string a, string b) =>
        string.Equals(Path.GetExtension(a), Path.GetExtension(b), StringComparison.OrdinalIgnoreCase);
}
