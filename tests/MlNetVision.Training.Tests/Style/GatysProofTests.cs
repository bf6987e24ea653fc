using System.Text.Json;
using MlNetVision.Onnx;
using MlNetVision.Training.Style;

namespace MlNetVision.Training.Tests.Style;

/// <summary>Gatys' method whole, against PyTorch's L-BFGS on the same network, photo and painting.</summary>
[TestClass]
public sealed class GatysProofTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void Run_FromThePhoto_ReachesTheGoldensLossInAsManyEvaluations()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Shared.Path("goldens", "style", "gatys-vgg16.json")));
        var expected = golden.RootElement.GetProperty("fromContentImage");
        var evaluations = expected.GetProperty("lbfgsEvaluations").GetInt32();
        var enough = 1.1 * expected.GetProperty("total").GetDouble();
        var style = NeuralStyle.Load(OnnxModel.Load(Shared.Path("models", "onnx", "vgg16-notop.onnx")), new NeuralStyleOptions { ExactSize = (224, 224), MaxEvaluations = evaluations });
        using var reached = new CancellationTokenSource();
        var progress = new Watch(p =>
        {
            if (p.Losses.Total <= enough) reached.Cancel();
        });

        using var result = style.Run(Shared.Path("data", "images", "chicago.jpg"), Shared.Path("data", "styles", "starry_night.jpg"), progress, cancellationToken: reached.Token);

        Assert.IsLessThanOrEqualTo(evaluations, result.Evaluations);
        Assert.IsLessThanOrEqualTo(enough, result.Losses.Total);
    }

    private sealed class Watch(Action<StyleProgress> then) : IProgress<StyleProgress>
    {
        public void Report(StyleProgress value) => then(value);
    }
}
