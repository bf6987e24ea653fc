namespace MlNetVision.Tests.Onnx;

/// <summary>The ONNX models of <c>../shared</c>.</summary>
internal static class SharedModels
{
    public static IEnumerable<string> Paths() => new[] { "onnx", "ours" }
        .SelectMany(folder => Directory.EnumerateFiles(Shared.Path("models", folder), "*.onnx").Order(StringComparer.Ordinal));
}
