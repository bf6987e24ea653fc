using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Training.Style;

namespace MlNetVision.Benchmarks;

/// <summary>
/// <c>gatys</c>: how far L-BFGS takes Gatys' losses in as many evaluations as PyTorch's took, on the same network, photo and painting; and
/// how far they are taken by the bundled network, which knows nothing of them but what VGG16 taught it.
/// </summary>
internal static class GatysCommand
{
    private const double Near = 1.1;

    /// <param name="shared">The folder that holds models, data and goldens.</param>
    public static int Run(string shared)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(shared, "goldens", "style", "gatys-vgg16.json")));
        var theirs = golden.RootElement.GetProperty("fromContentImage");
        var (total, evaluations) = (theirs.GetProperty("total").GetDouble(), theirs.GetProperty("lbfgsEvaluations").GetInt32());
        var vgg = OnnxModel.Load(Path.Combine(shared, "models", "onnx", "vgg16-notop.onnx"));
        var options = new NeuralStyleOptions { ExactSize = (224, 224), MaxEvaluations = evaluations };
        using var photo = RgbImage.Load(Path.Combine(shared, "data", "images", "chicago.jpg"));
        using var painting = RgbImage.Load(Path.Combine(shared, "data", "styles", "starry_night.jpg"));
        var watch = new Watch(Near * total);
        var clock = Stopwatch.StartNew();
        using var result = NeuralStyle.Load(vgg, options).Run(photo, painting, watch);
        var slow = clock.Elapsed;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"within {Near} times PyTorch's loss after {watch.Evaluations?.ToString(CultureInfo.InvariantCulture) ?? "no"} evaluations; {result.Losses.Total / total:F3} times it after {result.Evaluations}, where PyTorch took {evaluations}; {slow.TotalSeconds:F0} s"));
        clock.Restart();
        using var small = NeuralStyle.Load("vgg16-small", options).Run(photo, painting);
        var (quick, whole) = (clock.Elapsed, Loss(photo));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"vgg16-small: {slow / quick:F1} times as fast; of VGG16's loss of the photo {Loss(result.Image) / whole:P1} are left where VGG16 painted, and {Loss(small.Image) / whole:P1} where vgg16-small did"));
        return 0;

        // VGG16's loss of an image.
        double Loss(RgbImage image)
        {
            using var judged = NeuralStyle.Load(vgg, options with { MaxEvaluations = 1, Start = StyleStart.Image, StartImage = image }).Run(photo, painting);
            return judged.Losses.Total;
        }
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
