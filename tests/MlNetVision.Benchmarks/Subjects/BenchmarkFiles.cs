using MlNetVision.Imaging;

namespace MlNetVision.Benchmarks;

/// <summary>The images and networks that benchmarks need, made from the repository alone in a folder that goes when this is disposed.</summary>
internal sealed class BenchmarkFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlnetvision-bench-");

    /// <summary>The root of the repository, found from where the program lies.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The bundled detector.</summary>
    public static string BloodCells => Path.Combine(Repository, "assets", "models", "blood-cells.onnx");

    /// <summary>The bundled smear as a JPEG of 768×576.</summary>
    public string Smear()
    {
        var path = Path.Combine(_folder.FullName, "smear.jpg");
        using var source = RgbImage.Load(Path.Combine(Repository, "assets", "images", "blood-smear.png"));
        using var resized = ImageResizer.Resize(source, new ResizeOptions { Width = 768, Height = 576, Mode = ResizeMode.Stretch }, out _);
        resized.Save(path);
        return path;
    }

    /// <summary>A random network at 416; see <see cref="RandomDarknet"/>.</summary>
    public string Network(string name, double width, int heads) => RandomDarknet.Write(Path.Combine(_folder.FullName, name), 416, width, heads);

    /// <summary>The models to compare on: the one asked for, or two generated ones and the bundled one.</summary>
    public IReadOnlyList<string> Models(string? asked) => asked is not null
        ? [asked]
        : [Network("wide-yolov2-416", 1.3, 2), Network("tiny-yolov2-416", 1, 2), BloodCells];

    /// <summary>The images asked for, or the smear.</summary>
    public IReadOnlyList<string> Images(string? asked)
    {
        if (asked is null) return [Smear()];
        if (File.Exists(asked)) return [asked];
        var found = Directory.EnumerateFiles(asked).Where(f => Path.GetExtension(f).ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG").Order(StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw new ArgumentException($"{asked}: the folder holds no .jpg, .jpeg or .png.");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MlNetVision.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("The benchmarks do not stand within the repository.");
    }
}
