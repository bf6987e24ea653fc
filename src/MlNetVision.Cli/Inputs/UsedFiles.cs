using MlNetVision.Cli.Hosting;
using MlNetVision.Files;

namespace MlNetVision.Cli.Inputs;

/// <summary>The files that a command reads, which no output of the same command may replace.</summary>
internal sealed class UsedFiles
{
    // Compared without case: a folder may stand on a file system that ignores it.
    private readonly Dictionary<string, string> _uses = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The real paths of all.</summary>
    public IEnumerable<string> Paths => _uses.Keys;

    /// <summary>Adds a file, where one is given, with what it is to the command: "the model".</summary>
    public UsedFiles Add(string? path, string use)
    {
        if (!string.IsNullOrEmpty(path)) _uses.TryAdd(RealPath.Of(path), use);
        return this;
    }

    /// <summary>Adds the images of a command.</summary>
    public UsedFiles Add(IEnumerable<ImageInput> inputs)
    {
        foreach (var input in inputs.Where(i => !i.IsStandardInput)) Add(input.Path, "an input");
        return this;
    }

    /// <summary>Whether a file is read, whatever it is called here.</summary>
    public bool Contains(string path) => _uses.ContainsKey(RealPath.Of(path));

    /// <exception cref="UsageException">The output would replace one of these files.</exception>
    public void Protect(string option, string output)
    {
        if (_uses.TryGetValue(RealPath.Of(output), out var use))
            throw new UsageException($"{option} '{output}': is {use}, which would be lost; give another name.");
    }
}
