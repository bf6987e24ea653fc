using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>The images in and below a folder, by the names that files of labels use for them.</summary>
internal sealed class ImagesByName
{
    private readonly Dictionary<string, string> _byRelativePath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byRelativeStem = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _byStem = new(StringComparer.Ordinal);

    private readonly string _folder;

    public ImagesByName(string folder, DataSetReport report)
    {
        _folder = folder;
        var others = new UnreadFormats();
        void Skip(string error) => report.LeaveOut(LeftOutKind.UnreadableFolder, folder, error);
        // Of images with the same stem the first by extension is taken.
        foreach (var path in ImageWalk.In(folder, recursive: true, Skip, others).OrderBy(ImageWalk.Rank))
        {
            _byRelativePath.TryAdd(Path.GetRelativePath(folder, path).Replace('\\', '/'), path);
            if (!_byRelativeStem.TryAdd(RelativeStem(folder, path), path)) continue;
            var stem = Path.GetFileNameWithoutExtension(path);
            if (!_byStem.TryGetValue(stem, out var same)) _byStem[stem] = same = [];
            same.Add(path);
        }
        report.LeaveOut(others);
    }

    /// <summary>A path below a folder, without extension and with forward slashes.</summary>
    public static string RelativeStem(string folder, string path) => Path.ChangeExtension(Path.GetRelativePath(folder, path), null).Replace('\\', '/');

    /// <summary>The image in the same sub-folder, else the only one of a name in any; null where there is none, or several could be meant.</summary>
    /// <param name="id">The path of the labels below their folder, without extension.</param>
    /// <param name="fileName">The image's file name by the labels; null: none.</param>
    public string? Find(string id, string? fileName)
    {
        // Of a.png and a.jpg the one that the labels name.
        if (fileName is not null && _byRelativePath.GetValueOrDefault(id + Path.GetExtension(fileName)) is { } exact) return exact;
        if (_byRelativeStem.GetValueOrDefault(id) is { } same) return same;
        if (Only(id[(id.LastIndexOf('/') + 1)..]) is { } image) return image;
        // Some programs write a.jpg.xml for a.jpg.
        if (ImageFiles.IsImage(id) && Find(Path.ChangeExtension(id, null), null) is { } whole) return whole;
        return fileName is null ? null : Only(Path.GetFileNameWithoutExtension(fileName));
    }

    /// <summary>The path of an image below the folder, without extension: the id of the labels that are its own.</summary>
    public string IdOf(string image) => RelativeStem(_folder, image);

    /// <summary>Why <see cref="Find"/> gives none.</summary>
    public string Missing(string id, string? fileName)
    {
        string[] stems = [id[(id.LastIndexOf('/') + 1)..], .. fileName is null ? Array.Empty<string>() : [Path.GetFileNameWithoutExtension(fileName)]];
        var several = stems.Select(stem => _byStem.GetValueOrDefault(stem)).FirstOrDefault(same => same?.Count > 1);
        if (several is not null) return $"several images are called '{Path.GetFileNameWithoutExtension(several[0])}': {string.Join(", ", several.Take(2))}";
        return $"there is no image '{id}'{(fileName is null ? "" : $" or '{fileName}'")}";
    }

    private string? Only(string stem) => _byStem.GetValueOrDefault(stem) is [var only] ? only : null;
}
