namespace MlNetVision.Tests;

/// <summary>Models, images and goldens that stand beside the repository in <c>../shared</c>; tests that need them skip where they are absent.</summary>
internal static class Shared
{
    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    // Below Repository, which it looks beside: static fields are set in the order of the text.
    private static readonly string? Root = FindRoot();

    /// <summary>The path of a file or folder in <c>shared</c>; ends the test as skipped where it is absent.</summary>
    public static string Path(params string[] parts)
    {
        if (Root is null) Absent.End("../shared beside the repository");
        var path = System.IO.Path.Combine([Root, .. parts]);
        if (!File.Exists(path) && !Directory.Exists(path)) Absent.End($"../shared/{string.Join('/', parts)}");
        return path;
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "MlNetVision.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("The tests do not stand within the repository.");
    }

    private static string? FindRoot()
    {
        var beside = System.IO.Path.Combine(Repository, "..", "shared");
        return Directory.Exists(beside) ? System.IO.Path.GetFullPath(beside) : null;
    }
}
