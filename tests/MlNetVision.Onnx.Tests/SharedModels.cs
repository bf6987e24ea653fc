namespace MlNetVision.Onnx.Tests;

/// <summary>The ONNX models of <c>../shared</c>.</summary>
internal static class SharedModels
{
    public static IEnumerable<string> Paths() => new[] { "onnx", "ours" }
        .SelectMany(folder => Directory.EnumerateFiles(Shared.Path("models", folder), "*.onnx").Order(StringComparer.Ordinal));

    /// <summary>Small sizes for the networks that take any.</summary>
    public static Dictionary<string, IReadOnlyList<long>> InputShapes(string path) => Path.GetFileName(path) switch
    {
        "vgg16-notop.onnx" => new() { ["image"] = [2, 64, 50, 3] },
        "starry-night.onnx" => new() { ["image"] = [2, 3, 40, 48] },
        "flowers.onnx" => new() { ["image"] = [2, 3, 160, 160] },
        _ => [],
    };
}
