using System.Reflection;

namespace MlNetVision.Architecture.Tests;

/// <summary>The shipped assemblies from the lowest floor up, and what each may use: ours, and of other packages those named.</summary>
internal static class House
{
    public static IReadOnlyList<Floor> Floors { get; } =
    [
        new("MlNetVision.Onnx", [], ["Google.Protobuf", "Microsoft.ML.OnnxRuntime"]),
        new("MlNetVision.Gradients", ["MlNetVision.Onnx"], ["Google.Protobuf", "Microsoft.ML.OnnxRuntime"]),
        new("MlNetVision", ["MlNetVision.Onnx"], ["Google.Protobuf", "Microsoft.ML", "Microsoft.ML.OnnxRuntime", "SkiaSharp", "YamlDotNet"]),
        new("MlNetVision.Training", ["MlNetVision.Onnx", "MlNetVision.Gradients", "MlNetVision"], ["Google.Protobuf", "Microsoft.ML", "OxyPlot", "SkiaSharp"]),
        new("MlNetVision.Cli", ["MlNetVision.Onnx", "MlNetVision.Gradients", "MlNetVision", "MlNetVision.Training"], ["SkiaSharp", "Spectre.Console", "System.CommandLine"]),
    ];

    public static Assembly Load(string name) => Assembly.Load(name);

    /// <summary>What an assembly refers to and may not: one of ours above or beside it, or a package that is not its own.</summary>
    public static IEnumerable<string> Forbidden(Floor floor, IEnumerable<string> references) => references.Where(r =>
        IsOurs(r) ? !floor.Below.Contains(r) : !IsFramework(r) && !floor.Packages.Any(p => r == p || r.StartsWith($"{p}.", StringComparison.Ordinal)));

    private static bool IsOurs(string name) => name == "MlNetVision" || name.StartsWith("MlNetVision.", StringComparison.Ordinal);

    private static bool IsFramework(string name) =>
        name is "netstandard" or "mscorlib" || (name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("System.CommandLine", StringComparison.Ordinal));

    /// <param name="Name">The assembly.</param>
    /// <param name="Below">Those of ours that it may use.</param>
    /// <param name="Packages">What the names of other assemblies start with that it may use.</param>
    internal sealed record Floor(string Name, IReadOnlyList<string> Below, IReadOnlyList<string> Packages);
}
