using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MlNetVision.Training.Style;

namespace MlNetVision.Benchmarks;

/// <summary><c>gatys</c>: how far L-BFGS takes Gatys' losses in as many evaluations as PyTorch's took, on the same network, photo and painting.</summary>
internal static class GatysCommand
{
    private const double Near = 1.1;

    /// <param name="shared">The folder that holds models, data and goldens.</param>
    public static int Run(string shared)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(shared, "goldens", "style", "gatys-vgg16.json")));
        var theirs = golden.RootElement.GetProperty("fromContentImage");
        var (total, evaluations) = (theirs.GetProperty("total").GetDouble(), theirs.GetProperty("lbfgsEvaluations").GetInt32());
        var style = NeuralStyle.Load(Path.Combine(shared, "models", "onnx", "vgg16-notop.onnx"), new NeuralStyleOptions { ExactSize = (224, 224), MaxEvaluations = evaluations });
        var watch = new Watch(Near * total);
        var clock = Stopwatch.StartNew();
        using var result = style.Run(Path.Combine(shared, "data", "images", "chicago.jpg"), Path.Combine(shared, "data", "styles", "starry_night.jpg"), watch);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"within {Near} times PyTorch's loss after {watch.Evaluations?.ToString(CultureInfo.InvariantCulture) ?? "no"} evaluations; {result.Losses.Total / total:F3} times it after {result.Evaluations}, where PyTorch took {evaluations}; {clock.Elapsed.TotalSeconds:F0} s"));
        return 0;
    }

    private sealed class Watch(double near) : IProgress<StyleProgress>
    {
        public int? Evaluations { get; private set; }

        public void Report(StyleProgress value)
        {
            if (value.Losses.Total <= near) Evaluations ??= value.Evaluations;
        }
    }
}
