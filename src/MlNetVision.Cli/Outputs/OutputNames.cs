using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Files;

namespace MlNetVision.Cli.Outputs;

/// <summary>
/// Gives each image its file in the output folder: the input's relative name, numbered where two inputs would share
/// one file or where the command reads the file itself. In place of a file that is read only a free name is taken; an older result is replaced.
/// </summary>
internal sealed class OutputNames(string folder, UsedFiles used)
{
    // Compared without case: a folder may stand on a file system that ignores it.
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Claims the paths of all files of one image: those that an earlier run gave it, where its results would stand in the way now.</summary>
    /// <param name="input">The image.</param>
    /// <param name="extensions">The extensions of what is written, with their dots.</param>
    /// <param name="record">The record of the run; null: none.</param>
    public string[] Claim(ImageInput input, IEnumerable<string> extensions, BatchRecord? record)
    {
        if (record?.NamesOf(input) is { } known)
        {
            foreach (var path in known) _taken.Add(RealPath.Of(path));
            return [.. known];
        }
        var isFree = true;
        string[] claimed = [.. extensions.Select(extension =>
        {
            var path = Claim(input.RelativeName, extension);
            isFree &= path == Stem(input.RelativeName) + extension;
            return path;
        })];
        if (!isFree) record?.KeepNames(input, claimed);
        return claimed;
    }

    /// <summary>Claims the path for one image.</summary>
    /// <param name="relativeName">The input's relative name.</param>
    /// <param name="extension">The extension of what is written, with its dot.</param>
    public string Claim(string relativeName, string extension)
    {
        var stem = Stem(relativeName);
        var path = stem + extension;
        var besideInputs = used.Contains(path); // among the user's own files
        for (var number = 2; used.Contains(path) || (number > 2 && besideInputs && File.Exists(path)) || !_taken.Add(RealPath.Of(path)); number++)
            path = $"{stem}-{number}{extension}";
        return path;
    }

    private string Stem(string relativeName) => Path.Join(folder, Path.GetDirectoryName(relativeName), Path.GetFileNameWithoutExtension(relativeName));
}
