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

    /// <summary>Claims paths that are known.</summary>
    public void Take(IEnumerable<string> paths)
    {
        foreach (var path in paths) _taken.Add(RealPath.Of(path));
    }

    /// <summary>The path of one image where no other has it.</summary>
    public string UsualPath(string relativeName, string extension) => Stem(relativeName) + extension;

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
