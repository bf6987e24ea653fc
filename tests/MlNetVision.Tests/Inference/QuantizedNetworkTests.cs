using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Inference;

/// <summary>The three forms that quantisers write.</summary>
[TestClass]
public sealed class QuantizedNetworkTests
{
    private const int Side = 8;

    [TestMethod]
    [DataRow("qdq")]
    [DataRow("qoperator")]
    [DataRow("dynamic")]
    public void Classify_EachForm_AgreesWithOnnxRuntimeAlone(string form)
    {
        using var file = new TemporaryFile(".png");
        using (var noise = TestImages.Noise(Side, Side, seed: 4)) noise.Save(file.Path);
        var model = Network(form);
        var options = new ImageClassifierOptions { Softmax = false };
        var expected = Alone(model, file.Path);
        // A network that gives zeros would agree with anything.
        Assert.IsGreaterThan(0.1f, expected.Max() - expected.Min());

        using var classifier = ImageClassifier.Load(model, options);
        AssertClose(expected, classifier.Classify(file.Path).Scores);
        using var zip = new TemporaryFile(".zip");
        classifier.SaveZip(zip.Path);
        using var reopened = ImageClassifier.Load(zip.Path);
        AssertClose(expected, reopened.Classify(file.Path).Scores);
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new ImageRow { ImagePath = file.Path }]);
        foreach (var chain in new[] { ml.Transforms.ClassifyImages(model, options: options).Fit(data), new MLContext().Model.Load(zip.Path, out _) })
            AssertClose(expected, ml.Data.CreateEnumerable<ScoreRow>(chain.Transform(data), reuseRowObject: false).Single().Score);
    }

    /// <summary>A convolution of 3 × 3 in 8 bits, pooled: four scores.</summary>
    private static OnnxModel Network(string form)
    {
        var graph = new GraphWriter(form);
        var random = new Random(11);
        var weights = new byte[4 * 3 * 9];
        random.NextBytes(weights);
        var image = graph.Input("image", DataType.Float, 1, 3, Side, Side);
        var kernel = graph.Store(Tensor("kernel", DataType.Int8, weights, 4, 3, 3, 3));
        var (scale, zero) = (graph.Scalar(1 / 255f), graph.Store(Tensor("zero", DataType.Uint8, [0])));
        var (small, none) = (graph.Scalar(0.01f), graph.Store(Tensor("none", DataType.Int8, [0])));
        var map = form switch
        {
            "qdq" => graph.Node("Conv", [Dequantized(graph.Node("QuantizeLinear", [image, scale, zero]), scale, zero), Dequantized(kernel, small, none)]),
            "qoperator" => QOperator(),
            _ => Dynamic(),
        };
        graph.Output("scores", graph.Node("Flatten", [graph.Node("GlobalAveragePool", [map])]), DataType.Float, 1, 4);
        var model = graph.Build($"{form}.onnx");
        model.SetNames(["a", "b", "c", "d"]);
        model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        return model;

        GraphTensor Dequantized(GraphTensor tensor, GraphTensor by, GraphTensor around) => graph.Node("DequantizeLinear", [tensor, by, around]);

        GraphTensor QOperator()
        {
            var (outScale, outZero) = (graph.Scalar(0.15f), graph.Store(Tensor("middle", DataType.Uint8, [128])));
            var quantized = graph.Node("QuantizeLinear", [image, scale, zero]);
            return Dequantized(graph.Node("QLinearConv", [quantized, scale, zero, kernel, small, none, outScale, outZero]), outScale, outZero);
        }

        GraphTensor Dynamic()
        {
            graph.NodeWithOutputs("DynamicQuantizeLinear", "dynamic", [image], ["q", "q/scale", "q/zero"]);
            var whole = graph.Node("ConvInteger", [graph["q"], kernel, graph["q/zero"], none]);
            return whole.Cast(DataType.Float) * graph["q/scale"] * small;
        }
    }

    private static TensorProto Tensor(string name, DataType type, byte[] bytes, params long[] dims)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = Google.Protobuf.ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(dims);
        return tensor;
    }

    private static float[] Alone(OnnxModel model, string path)
    {
        using var image = RgbImage.Load(path);
        var input = Enumerable.Range(0, 3 * Side * Side).Select(i => image.Pixels[i % (Side * Side) * 4 + i / (Side * Side)] / 255f).ToArray();
        using var session = new InferenceSession(model.ToBytes());
        using var value = OrtValue.CreateTensorValueFromMemory(input, [1, 3, Side, Side]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["image"], [value], ["scores"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    // One level of the output's 8 bits at some of 36 positions.
    private static void AssertClose(IEnumerable<float> expected, IEnumerable<float> found) =>
        Assert.IsLessThan(0.01f, expected.Zip(found).Max(p => Math.Abs(p.First - p.Second)));

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class ScoreRow
    {
        public float[] Score { get; set; } = [];
    }
}
