namespace MlNetVision.Files;

/// <summary>
/// Decides which links to folders a search follows: none to a folder that is searched anyway, or that contains one that is. So circular links
/// end, and no file is found twice.
/// </summary>
/// <param name="root">The folder where the search begins.</param>
public sealed class LinkedFolders(string root)
{
    private readonly Lazy<List<string>> _searched = new(() => [RealPath.Of(root)]);

    /// <summary>Whether a folder is searched: it is no link, or the search follows it, from now on.</summary>
    /// <param name="folder">A folder below the root, or below another link that is followed.</param>
    public bool Follows(DirectoryInfo folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (folder.LinkTarget is null) return true;
        var target = RealPath.Of(folder.FullName);
        if (_searched.Value.Exists(known => RealPath.AreSame(known, target) || RealPath.IsBelow(known, target) || RealPath.IsBelow(target, known)))
            return false;
        _searched.Value.Add(target);
        return true;
    }
}
